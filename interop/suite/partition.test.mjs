import { clusterTest } from './harness/cluster.mjs'
import { crashDeadlineMs } from './harness/formulas.mjs'
import { NEW_AND_OLD } from './harness/kinds.mjs'
import { noNetworks } from './harness/network.mjs'
import { hasty } from './harness/settings.mjs'

/**
 * Dead members soon get no more gossip, so nothing but our own retrying can heal. Who has forgotten
 * the dead and who has not then differ in what they believe, until their next push/pull.
 */
const settings = {
  ...hasty,
  gossipToTheDeadMs: 500,
  reconnectIntervalMs: 1_000,
  pushPullIntervalMs: 2_000,
}

async function eachIsGoneForTheOther(ones, others) {
  const timeoutMs = crashDeadlineMs(ones.length + others.length, settings)
  for (const [side, far] of [
    [ones, others],
    [others, ones],
  ]) {
    for (const member of side) {
      for (const { name } of far) await member.sees('gone', name, { timeoutMs })
    }
  }
}

for (const release of NEW_AND_OLD) {
  for (const [title, left, right] of [
    ['ours on one side', ['node', release], [release, release]],
    ['both kinds on both sides', ['node', release], ['node', release]],
    ['each kind on a side', ['node', 'node'], [release, release]],
  ]) {
    clusterTest(
      `a partition between members of ${release} and ours heals by itself, ${title}`,
      async (cluster) => {
        cluster.settings = settings
        cluster.expectFailures()
        const start = (kind, name) => cluster.member(kind, name, { filter: true })
        const [a, b] = [await start(left[0], 'a'), await start(left[1], 'b')]
        const [c, d] = [await start(right[0], 'c'), await start(right[1], 'd')]
        for (const member of [b, c, d]) await member.join(a)
        await cluster.converged()
        await cluster.cut([a, b], [c, d])
        await eachIsGoneForTheOther([a, b], [c, d])
        await cluster.converged([a, b])
        await cluster.converged([c, d])
        await cluster.mend()
        await cluster.converged([a, b, c, d], 60_000)
      },
    )
  }
}

clusterTest(
  'hosts behind a router: a partition heals by itself',
  { skip: noNetworks },
  async (cluster) => {
    cluster.settings = settings
    cluster.expectFailures()
    const network = await cluster.network(['a', 'b', 'c', 'd'])
    const a = await cluster.node('a', network.host('a'))
    const b = await cluster.go('b', network.host('b'))
    const c = await cluster.node('c', network.host('c'))
    const d = await cluster.go('d', { release: 'v0.2.2', ...network.host('d') })
    for (const member of [b, c, d]) await member.join(a)
    await cluster.converged()
    await network.cut(['a', 'b'], ['c', 'd'])
    await eachIsGoneForTheOther([a, b], [c, d])
    await cluster.converged([a, b])
    await cluster.converged([c, d])
    await network.mend()
    await cluster.converged([a, b, c, d], 60_000)
  },
)
