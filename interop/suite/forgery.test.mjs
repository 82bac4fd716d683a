// What an outsider can do who sends packets without a key. Each test says what Go does of it.
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { clusterTest } from './harness/cluster.mjs'
import { eventually } from './harness/eventually.mjs'
import { encode } from './harness/msgpack.mjs'
import { hasty } from './harness/settings.mjs'

const SUSPECT = 3
const DEAD = 5
const HIGHEST = 0xffffffff

async function forge(type, accused, incarnation, recipients) {
  const body = encode({ Incarnation: incarnation, Node: accused, From: 'nobody' })
  const socket = createSocket('udp4')
  for (const { address } of recipients) {
    const [host, port] = address.split(':')
    await new Promise((sent) =>
      socket.send(Buffer.concat([Buffer.of(type), body]), Number(port), host, sent),
    )
  }
  socket.close()
}

async function four(cluster, settings) {
  cluster.settings = { ...hasty, ...settings }
  const members = [
    await cluster.node('ours'),
    await cluster.node('also ours'),
    await cluster.go('theirs'),
    await cluster.go('old', { release: 'v0.2.2' }),
  ]
  for (const member of members.slice(1)) await member.join(members[0])
  await cluster.converged()
  return members
}

for (const [title, type] of [
  ['suspicion', SUSPECT],
  ['death', DEAD],
]) {
  clusterTest(
    `a forged ${title} that could be true is refuted, and all of both kinds believe it`,
    async (cluster) => {
      cluster.expectLine(/Refuting a (suspect|dead) message/)
      const members = await four(cluster)
      for (const accused of members) {
        const { incarnation } = await members
          .find((each) => each.kind === 'node' && each !== accused)
          .member(accused.name)
        await forge(type, accused.name, incarnation, members)
        await eventually(`${accused.name} is alive again`, async () => {
          for (const member of members.filter(({ kind }) => kind === 'node')) {
            const { state, incarnation: now } = await member.member(accused.name)
            assert.equal(state, 'alive')
            assert.ok(now > incarnation)
          }
        })
        await cluster.converged()
      }
    },
  )
}

clusterTest(
  'a forged suspicion of ours with the highest incarnation is refused by ours',
  async (cluster) => {
    cluster.expectRejected('incarnation-jump')
    const [ours, also] = await four(cluster)
    await forge(SUSPECT, 'ours', HIGHEST, [ours, also])
    await also.warns('incarnation-jump')
    assert.equal((await also.member('ours')).state, 'alive')
    // Our own answer to it is no higher than the next, so that the counter is not used up.
    assert.ok((await ours.local()).incarnation < 2 ** 31)
    await cluster.converged()
  },
)

clusterTest(
  'a forged suspicion of ours with the highest incarnation, told to Go, evicts it there until Go has forgotten, and not for good',
  async (cluster) => {
    cluster.expectFailures()
    cluster.expectRejected('incarnation-jump')
    cluster.settings = { ...hasty, gossipToTheDeadMs: 500, pushPullIntervalMs: 500 }
    const [ours, also] = [await cluster.node('ours'), await cluster.node('also ours')]
    const go = await cluster.go('theirs')
    for (const member of [also, go]) await member.join(ours)
    await cluster.converged()
    const from = go.log.events.length
    await forge(SUSPECT, 'ours', HIGHEST, [go])
    await go.sees('gone', 'ours', { from, timeoutMs: 20_000 })
    await go.sees('join', 'ours', { from, timeoutMs: 20_000 })
    await cluster.converged()
    assert.equal((await also.member('ours')).state, 'alive')
  },
)
