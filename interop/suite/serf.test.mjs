// Serf is memberlist with tags as msgpack in the metadata, its own messages in user messages, and
// versions of its own in the delegate's. A member of ours is one of Serf's when it gives those three.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { find, missing } from '../../scripts/debian.mjs'
import { clusterTest } from './harness/cluster.mjs'
import { eventually } from './harness/eventually.mjs'
import { decode, encode } from './harness/msgpack.mjs'
import { freePort, Program } from './harness/program.mjs'

const skip = missing('serf')
const run = promisify(execFile)

/** Serf speaks 2 to 5. */
const versions = { delegateProtocolMin: 2, delegateProtocolMax: 5, delegateProtocolVersion: 5 }

const TAGS = 255
const LEAVE = 0
const PUSH_PULL = 2
const USER_EVENT = 3

const message = (type, body) => Buffer.concat([Buffer.of(type), encode(body)])
const tags = (given) => message(TAGS, given)

/** What a member of Serf tells in a push/pull: clocks, and who is known to have left. */
const state = (clock, name) =>
  message(PUSH_PULL, {
    LTime: clock,
    StatusLTimes: { [name]: clock },
    LeftMembers: [],
    EventLTime: clock,
    Events: [],
    QueryLTime: clock,
  })

class Agent extends Program {
  static async start(cluster, name, ...more) {
    const [port, rpc] = [await freePort(), await freePort()]
    const bind = [`-bind=127.0.0.1:${port}`, `-rpc-addr=127.0.0.1:${rpc}`]
    const given = ['agent', `-node=${name}`, '-log-level=debug', ...bind, ...more]
    const agent = new Agent(find('serf'), given, name)
    Object.assign(agent, { address: `127.0.0.1:${port}`, rpc: `-rpc-addr=127.0.0.1:${rpc}` })
    cluster.alsoStops(agent)
    await agent.says(/Serf agent running/)
    return agent
  }

  async command(name, ...given) {
    const { stdout } = await run(find('serf'), [name, this.rpc, ...given])
    return stdout
  }

  async members() {
    const { members } = JSON.parse(await this.command('members', '-detailed', '-format=json'))
    return members
  }

  async shows(name, expected) {
    await eventually(`serf members shows ${name}`, async () => {
      const member = (await this.members()).find((each) => each.name === name)
      assert.deepEqual({ status: member?.status, tags: member?.tags }, expected)
    })
  }
}

clusterTest(
  'a member of ours shows in serf members, with tags, and an agent joins it',
  { skip },
  async (cluster) => {
    const first = await Agent.start(cluster, 'first', '-tag', 'role=web', '-tag', 'dc=a')
    const node = await cluster.node('node', { settings: versions, meta: tags({ role: 'db' }) })
    await node.join(first)
    await first.shows('node', { status: 'alive', tags: { role: 'db' } })
    const seen = await node.member('first')
    assert.equal(seen.meta[0], TAGS)
    assert.deepEqual(decode(seen.meta, 1), { role: 'web', dc: 'a' })

    const second = await Agent.start(cluster, 'second')
    await second.command('join', node.address)
    await second.shows('node', { status: 'alive', tags: { role: 'db' } })
    await first.shows('second', { status: 'alive', tags: {} })
    await node.sees('join', 'second')

    await node.updateMeta(tags({ role: 'cache', shard: '7' }))
    for (const agent of [first, second]) {
      await agent.shows('node', { status: 'alive', tags: { role: 'cache', shard: '7' } })
    }
    await first.command('tags', '-set', 'role=proxy')
    const isProxy = ({ meta }) => decode(meta, 1).role === 'proxy'
    await node.sees('update', 'first', { where: isProxy })
  },
)

clusterTest(
  'without the versions of Serf a member is refused, and both say why',
  { skip },
  async (cluster) => {
    cluster.expectRejected('version')
    cluster.expectLine(/protocol version \(0\) is incompatible/)
    const agent = await Agent.start(cluster, 'agent')
    const node = await cluster.node('node')
    await assert.rejects(node.join(agent), /delegate protocol 2 to 0/)
    await agent.says(/delegate protocol version \(0\) is incompatible/)
  },
)

clusterTest(
  'user events of Serf are heard by ours, and ours by Serf',
  { skip },
  async (cluster) => {
    const agent = await Agent.start(cluster, 'agent')
    const node = await cluster.node('node', {
      settings: versions,
      meta: tags({}),
      state: state(1, 'node'),
    })
    await node.join(agent)
    await agent.command('event', '-coalesce=false', 'deploy', 'release 7')
    const isDeploy = ({ type, bytes }) =>
      type === 'message' && bytes[0] === USER_EVENT && decode(bytes, 1).Name === 'deploy'
    const { bytes } = await node.log.waitFor('the event', isDeploy)
    const { LTime, Payload } = decode(bytes, 1)
    assert.equal(Payload, 'release 7')
    // Serf takes what is later than its own clock.
    const event = { LTime: LTime + 1, Name: 'restart', Payload: 'from ours', CC: false }
    await node.broadcast(message(USER_EVENT, event))
    await agent.says(/Received event: user-event: restart/)
    await agent.command('event', '-coalesce=false', 'last', 'x'.repeat(400))
    await node.log.waitFor(
      'the last event',
      ({ type, bytes }) =>
        type === 'message' && bytes[0] === USER_EVENT && decode(bytes, 1).Name === 'last',
    )
  },
)

clusterTest(
  'serf members tells a member of ours that left from one that failed, and ours an agent',
  { skip },
  async (cluster) => {
    cluster.expectFailures()
    cluster.expectLine(/Serf shutdown detected/)
    const agent = await Agent.start(cluster, 'agent', '-profile=local')
    const other = await Agent.start(cluster, 'other', '-profile=local')
    const leaving = await cluster.node('leaving', {
      // Only agents pass on what it says: often enough for each to hear it.
      settings: { ...versions, retransmitMultiplier: 40 },
      meta: tags({}),
      state: state(3, 'leaving'),
    })
    const failing = await cluster.node('failing', { settings: versions, meta: tags({}) })
    const staying = await cluster.node('staying', { settings: versions, meta: tags({}) })
    await other.command('join', agent.address)
    for (const node of [leaving, failing, staying]) await node.join(agent)
    await agent.shows('failing', { status: 'alive', tags: {} })
    // Serf wants to be told first: whoever leaves memberlist alone has failed.
    await leaving.broadcast(message(LEAVE, { LTime: 9, Node: 'leaving', Prune: false }))
    await agent.shows('leaving', { status: 'leaving', tags: {} })
    await leaving.leave()
    await leaving.crash()
    await agent.shows('leaving', { status: 'left', tags: {} })
    await other.command('leave')
    const { left } = await staying.sees('gone', 'other')
    assert.equal(left, true)
    await failing.crash()
    await agent.shows('failing', { status: 'failed', tags: {} })
    await agent.stop('SIGKILL')
    const gone = await staying.sees('gone', 'agent', { timeoutMs: 30_000 })
    assert.equal(gone.left, false)
  },
)

clusterTest('an agent with a key and a member of ours with the same', { skip }, async (cluster) => {
  const key = Buffer.alloc(32, 9)
  const agent = await Agent.start(cluster, 'agent', `-encrypt=${key.toString('base64')}`)
  const node = await cluster.node('node', {
    settings: versions,
    meta: tags({ a: 'b' }),
    keys: [key],
  })
  await node.join(agent)
  await agent.shows('node', { status: 'alive', tags: { a: 'b' } })
  await node.sees('ping', 'agent')
})
