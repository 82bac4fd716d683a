import assert from 'node:assert/strict'
import { clusterTest } from './harness/cluster.mjs'
import { ALL, bothWays, NEW_AND_OLD } from './harness/kinds.mjs'
import { hasty } from './harness/settings.mjs'

/** Three members, so that news of the first life can also come from a third. */
async function three(cluster, restarting, staying, options) {
  cluster.settings = hasty
  cluster.expectFailures()
  // Meta and versions of the first life come back to the second, which has to refute them.
  cluster.expectLine(/Refuting an alive message/)
  const one = await cluster.member(restarting, 'one', { meta: 'first life', ...options })
  const two = await cluster.member(staying, 'two', options)
  const witness = await cluster.node('three', options)
  await one.join(two)
  await witness.join(two)
  await cluster.converged()
  return { one, two, witness, bind: { port: (await one.local()).port } }
}

async function isBelieved(cluster, again, others) {
  await cluster.converged([again, ...others], 10_000)
  for (const other of others) {
    const where = ({ meta }) => meta.equals(Buffer.from('second life'))
    const isNews = ({ type, name, meta }) =>
      (type === 'join' || type === 'update') && name === 'one' && where({ meta })
    await other.log.waitFor('the second life', isNews)
  }
}

for (const [restarting, staying] of bothWays(ALL)) {
  clusterTest(
    `${staying} believes a restarted ${restarting} before its crash was noticed`,
    async (cluster) => {
      const { one, two, witness, bind } = await three(cluster, restarting, staying)
      await one.crash()
      const again = await cluster.member(restarting, 'one', { meta: 'second life', bind })
      await again.join(two)
      await isBelieved(cluster, again, [two, witness])
    },
  )
}

for (const [restarting, staying] of bothWays(NEW_AND_OLD)) {
  clusterTest(
    `${staying} believes a restarted ${restarting} after it was declared dead`,
    async (cluster) => {
      const { one, two, witness, bind } = await three(cluster, restarting, staying)
      await one.crash()
      for (const other of [two, witness]) await other.sees('gone', 'one', { timeoutMs: 20_000 })
      const again = await cluster.member(restarting, 'one', { meta: 'second life', bind })
      await again.join(two)
      await isBelieved(cluster, again, [two, witness])
    },
  )

  clusterTest(
    `${staying} lets a dead ${restarting} reclaim its name at another address after the set time`,
    async (cluster) => {
      const settings = { deadNodeReclaimMs: 1 }
      const { one, two, witness } = await three(cluster, restarting, staying, { settings })
      await one.crash()
      for (const other of [two, witness]) await other.sees('gone', 'one', { timeoutMs: 20_000 })
      const again = await cluster.member(restarting, 'one', { meta: 'second life', settings })
      await again.join(two)
      await isBelieved(cluster, again, [two, witness])
      const { port } = await two.member('one')
      assert.equal(again.address, `127.0.0.1:${port}`)
    },
  )
}

clusterTest(
  'a mass restart: all members of both kinds at once, and none stays dead',
  async (cluster) => {
    cluster.settings = hasty
    cluster.expectFailures()
    cluster.expectLine(/Refuting an alive message/)
    const kinds = ['node', 'v0.7.0', 'node', 'v0.2.2', 'node']
    const start = async (ports) => {
      const members = await Promise.all(
        kinds.map((kind, index) => {
          const bind = ports === undefined ? {} : { port: ports[index] }
          return cluster.member(kind, `${index}`, { bind, meta: ports ? 'second' : 'first' })
        }),
      )
      for (const member of members.slice(1)) await member.join(members[0])
      await cluster.converged(members)
      return members
    }
    const first = await start()
    const ports = []
    for (const member of first) ports.push((await member.local()).port)
    await Promise.all(first.map((member) => member.crash()))
    await start(ports)
  },
)
