import assert from 'node:assert/strict'
import { clusterTest } from './harness/cluster.mjs'
import { ALL, bothWays } from './harness/kinds.mjs'

for (const [first, second] of bothWays(ALL)) {
  clusterTest(
    `a ${second} member with the name of a ${first} one is a conflict, and the first keeps the name`,
    async (cluster) => {
      cluster.expectLine(/Conflicting address for twin/)
      cluster.expectRejected('name-conflict')
      const one = await cluster.member(first, 'twin')
      const witnesses = [await cluster.node('ours'), await cluster.go('theirs')]
      for (const witness of witnesses) await witness.join(one)
      await cluster.converged()
      const two = await cluster.member(second, 'twin')
      await two.join(witnesses[0]).catch(() => {})
      await two.join(witnesses[1]).catch(() => {})
      for (const witness of witnesses) {
        const { other } = await witness.sees('conflict', 'twin')
        assert.equal(`${other.host}:${other.port}`, two.address)
        const { host, port } = await witness.member('twin')
        assert.equal(`${host}:${port}`, one.address)
      }
      // Also the newcomer hears of it: from its own kind of conflict with what the others know.
      await two.sees('conflict', 'twin')
    },
  )
}
