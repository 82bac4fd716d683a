import assert from 'node:assert/strict'
import { clusterTest } from './harness/cluster.mjs'
import { eventually } from './harness/eventually.mjs'
import { crashDeadlineMs } from './harness/formulas.mjs'
import { ALL } from './harness/kinds.mjs'

// Twice the pace of the LAN settings.
const settings = {
  probeIntervalMs: 500,
  probeTimeoutMs: 250,
  gossipIntervalMs: 100,
  suspicionMultiplier: 4,
  suspicionMaxTimeoutMultiplier: 2,
  pushPullIntervalMs: 3_000,
  reconnectIntervalMs: 1_000,
}
const CALM_MS = 20_000

clusterTest(
  'ten members of all releases and ours: all see all, twenty calm seconds, news and a crash reach everybody',
  async (cluster) => {
    cluster.settings = settings
    cluster.expectFailures()
    const kinds = [...ALL, 'v0.7.0', 'node', 'node', 'node', 'node', 'node']
    const members = await Promise.all(
      kinds.map((kind, index) => cluster.member(kind, `m${index}`, { meta: `meta of m${index}` })),
    )
    // All at once, over seeds of both kinds.
    const seeds = [members[0], members[9]]
    await Promise.all(
      members.slice(1, 9).map((member, index) => member.join(seeds[index % seeds.length])),
    )
    await members[9].join(members[0])
    await cluster.converged()

    const calm = cluster.isCalm(CALM_MS)
    // Meanwhile life goes on: metadata changes, state is exchanged.
    for (const member of members) await member.updateMeta(`changed by ${member.name}`)
    await calm
    await cluster.converged()
    for (const member of members) {
      await eventually(`${member.name} knows the metadata of all`, async () => {
        for (const { name, meta } of await member.members()) {
          assert.equal(meta.toString(), `changed by ${name}`)
        }
      })
    }

    const timeoutMs = crashDeadlineMs(10, cluster.settings)
    const [crashed, left] = [members[7], members[1]]
    const others = members.filter((member) => member !== crashed && member !== left)
    await crashed.crash()
    await left.leave()
    for (const other of others) {
      await other.sees('gone', crashed.name, { timeoutMs })
      await other.sees('gone', left.name, { timeoutMs })
    }
    await cluster.converged(others)
  },
)
