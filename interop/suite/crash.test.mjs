import assert from 'node:assert/strict'
import { clusterTest } from './harness/cluster.mjs'
import { crashDeadlineMs, crashEarliestMs } from './harness/formulas.mjs'
import { ALL, bothWays, NEW_AND_OLD } from './harness/kinds.mjs'
import { hasty } from './harness/settings.mjs'

async function crashes(cluster, kinds, whom) {
  cluster.settings = hasty
  cluster.expectFailures()
  const members = []
  for (const [index, kind] of kinds.entries()) {
    members.push(await cluster.member(kind, `${index}`))
    if (index > 0) await members[index].join(members[0])
  }
  await cluster.converged()
  const victim = members[whom]
  const survivors = members.filter((member) => member !== victim)
  const crashedAt = performance.now()
  await victim.crash()
  const deadline = crashDeadlineMs(kinds.length, hasty)
  for (const survivor of survivors) {
    const { at, left } = await survivor.sees('gone', victim.name, { timeoutMs: deadline })
    assert.notEqual(left, true)
    const tookMs = at - crashedAt
    const earliest = crashEarliestMs(kinds.length, hasty)
    assert.ok(
      tookMs >= earliest,
      `${survivor.name} judged after ${tookMs} ms; least is ${earliest}`,
    )
  }
  await cluster.converged(survivors)
}

for (const [victim, witness] of bothWays(ALL)) {
  clusterTest(`${witness} alone sees a crash of ${victim} in time`, (cluster) =>
    crashes(cluster, [witness, victim], 1),
  )
}

for (const release of NEW_AND_OLD) {
  const kinds = ['node', release, 'node', release, 'node']
  for (const whom of [0, 1]) {
    clusterTest(
      `a crash of ${kinds[whom]} is seen by four of ${release} and ours in time`,
      (cluster) => crashes(cluster, kinds, whom),
    )
  }
}
