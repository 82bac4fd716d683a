import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { clusterTest } from './harness/cluster.mjs'
import { eventually } from './harness/eventually.mjs'
import { suspicionMaxMs } from './harness/formulas.mjs'
import { bothWays } from './harness/kinds.mjs'
import { hasty, quick } from './harness/settings.mjs'

const PAUSE_MS = 10_000

/** Verdicts that a member spoke itself; those of others that it heard are not its fault. */
function ownVerdicts({ log, name }, from) {
  return log.filter(
    ({ type, from: accuser }) => (type === 'suspect' || type === 'gone') && accuser === name,
    from,
  )
}

async function mixed(cluster, settings, sleeper) {
  cluster.settings = settings
  cluster.expectFailures()
  const kinds = ['node', 'v0.7.0', 'v0.2.2']
  const others = []
  for (const [index, kind] of kinds.entries()) {
    others.push(await cluster.member(kind, `${index}`))
    if (index > 0) await others[index].join(others[0])
  }
  const paused = await cluster.member(sleeper, 'paused', { own: true })
  await paused.join(others[0])
  await cluster.converged()
  return { paused, others }
}

/** Stands still for that long, and is still. */
async function standStill(member, forMs) {
  member.signal('SIGSTOP')
  await pause(forMs)
  const from = member.log.events.length
  member.signal('SIGCONT')
  return from
}

clusterTest(
  'a member of ours that stood still for 10 s was declared dead, comes back, and gives no false verdict',
  async (cluster) => {
    const { paused, others } = await mixed(cluster, hasty, 'node')
    assert.ok(PAUSE_MS > 2 * suspicionMaxMs(4, hasty))
    const marks = others.map(({ log }) => log.events.length)
    const from = await standStill(paused, PAUSE_MS)
    const { pausedMs } = await paused.log.waitFor(
      'pause',
      ({ type }) => type === 'pause',
      10_000,
      from,
    )
    assert.ok(pausedMs > PAUSE_MS / 2 && pausedMs < PAUSE_MS * 2)
    for (const [index, other] of others.entries()) {
      await other.sees('gone', 'paused', { from: marks[index] })
      await other.sees('join', 'paused', { from: marks[index], timeoutMs: 20_000 })
    }
    await cluster.converged()
    // The others' probes go round once more, and so do its own.
    for (const other of others)
      await paused.sees('ping', other.name, { from: paused.log.events.length })
    assert.deepEqual(ownVerdicts(paused, from), [])
    await eventually(
      'its health is back',
      async () => assert.equal(await paused.health(), 0),
      30_000,
    )
    await cluster.converged()
  },
)

clusterTest(
  'a member of ours that stood still for 3 s is only suspected, and gives no false verdict',
  async (cluster) => {
    // Suspicions last 4 s at least: it is back in time to refute.
    const settings = { ...quick, probeIntervalMs: 1_000, probeTimeoutMs: 500 }
    const { paused, others } = await mixed(cluster, settings, 'node')
    const marks = others.map(({ log }) => log.events.length)
    const from = await standStill(paused, 3_000)
    const { score } = await paused.log.waitFor(
      'health',
      ({ type }) => type === 'health',
      10_000,
      from,
    )
    assert.ok(score > 0)
    for (const other of others) await paused.sees('ping', other.name, { from, timeoutMs: 20_000 })
    assert.deepEqual(ownVerdicts(paused, from), [])
    for (const [index, { log }] of others.entries()) {
      assert.equal(
        log.find(({ type }) => type === 'gone', marks[index]),
        undefined,
      )
    }
    await cluster.converged()
  },
)

for (const [sleeper] of bothWays(['v0.7.0', 'v0.2.2']).filter(([kind]) => kind !== 'node')) {
  clusterTest(
    `a member of ${sleeper} that stood still for 10 s is declared dead, and back when it wakes`,
    async (cluster) => {
      const { paused, others } = await mixed(cluster, hasty, sleeper)
      const marks = others.map(({ log }) => log.events.length)
      await standStill(paused, PAUSE_MS)
      for (const [index, other] of others.entries()) {
        await other.sees('gone', 'paused', { from: marks[index] })
        await other.sees('join', 'paused', { from: marks[index], timeoutMs: 20_000 })
      }
      await cluster.converged(undefined, 20_000)
    },
  )
}
