import assert from 'node:assert/strict'
import { clusterTest } from './harness/cluster.mjs'
import { ALL, bothWays, NEW_AND_OLD } from './harness/kinds.mjs'

const small = { length: 10, seed: 1 }
const medium = { length: 70_000, seed: 2 }
const large = { length: 3_000_000, seed: 3 }

for (const [first, second] of bothWays(ALL)) {
  clusterTest(`user state goes both ways when ${second} joins ${first}`, async (cluster) => {
    const one = await cluster.member(first, 'one', { state: medium })
    const two = await cluster.member(second, 'two', { state: small })
    await two.join(one)
    await one.mergesState(small, { join: true })
    await two.mergesState(medium, { join: true })
  })
}

for (const release of ALL) {
  clusterTest(
    `what ours and ${release} know of others reaches both by push/pulls of ours alone`,
    async (cluster) => {
      const silent = { gossipIntervalMs: 0, probeIntervalMs: 0, pushPullIntervalMs: 0 }
      const settings = { ...silent, pushPullIntervalMs: 200 }
      const node = await cluster.node('node', { settings })
      const go = await cluster.go('go', { release, settings: silent })
      await node.join(go)
      // Who joins tells of itself only whom it joins.
      const ours = await cluster.node('ours', { settings: silent })
      await ours.join(node)
      const theirs = await cluster.go('theirs', { release, settings: silent })
      await theirs.join(go)
      assert.deepEqual(await cluster.namesSeenBy(go), ['go', 'node', 'theirs'])
      await cluster.converged()
    },
  )
}

for (const release of NEW_AND_OLD) {
  clusterTest(
    `user state goes both ways with every push/pull of ${release} and ours`,
    async (cluster) => {
      cluster.settings = { ...cluster.settings, pushPullIntervalMs: 300 }
      const node = await cluster.node('node')
      const go = await cluster.member(release, 'go')
      await node.join(go)
      await node.setState(large)
      await go.setState(medium)
      // Each asks at some time, so each also answers.
      await go.mergesState(large, { join: false })
      await node.mergesState(medium, { join: false })
      await node.setState('changed here')
      await go.setState('changed there')
      await go.mergesState('changed here', { join: false })
      await node.mergesState('changed there', { join: false })
    },
  )

  clusterTest(
    `ours has its push/pulls with ${release} alone, and ${release} with ours`,
    async (cluster) => {
      for (const [active, passive] of bothWays([release])) {
        const settings = { pushPullIntervalMs: 200 }
        const one = await cluster.member(active, `active ${active}`, { settings, state: small })
        const two = await cluster.member(passive, `passive ${passive}`, { state: medium })
        await two.join(one)
        await two.mergesState(small, { join: false })
        await one.mergesState(medium, { join: false })
      }
    },
  )
}
