import assert from 'node:assert/strict'
import { clusterTest } from './harness/cluster.mjs'
import { ALL, bothWays } from './harness/kinds.mjs'

for (const [leaving, staying] of bothWays(ALL)) {
  clusterTest(`${staying} sees that ${leaving} left, and did not fail`, async (cluster) => {
    const one = await cluster.member(leaving, 'one')
    const two = await cluster.member(staying, 'two')
    const three = await cluster.node('three')
    await one.join(two)
    await three.join(two)
    await cluster.converged()
    await one.leave()
    for (const witness of [two, three]) {
      await witness.sees('gone', 'one')
    }
    await cluster.converged([two, three])
    // Go tells its application nothing of it; v0.1.5 tells nobody whether it left or died.
    if (leaving !== 'v0.1.5') assert.equal(three.list.member('one').state, 'left')
    await one.crash()
  })
}

for (const [kind, other] of bothWays(['v0.7.0', 'v0.2.2'])) {
  clusterTest(
    `${other} lets ${kind}, who left, come back at once under its name at another address`,
    async (cluster) => {
      const one = await cluster.member(kind, 'one')
      const two = await cluster.member(other, 'two')
      await one.join(two)
      await cluster.converged()
      // Go begins every life with the same incarnation, and is told of the end of the former.
      cluster.expectLine(/Refuting a dead message/)
      await one.leave()
      await two.sees('gone', 'one')
      await one.crash()
      const from = two.log.events.length
      const again = await cluster.member(kind, 'one', { meta: 'second life' })
      await again.join(two)
      const { port } = await two.sees('join', 'one', { from })
      assert.equal(again.address, `127.0.0.1:${port}`)
      await cluster.converged([two, again])
    },
  )
}
