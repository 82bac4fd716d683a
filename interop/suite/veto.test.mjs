import assert from 'node:assert/strict'
import { clusterTest } from './harness/cluster.mjs'
import { eventually } from './harness/eventually.mjs'
import { ALL, bothWays, NEW_AND_OLD } from './harness/kinds.mjs'

const nobody = { merge: [], alive: [] }

for (const [vetoing, refused] of bothWays(ALL)) {
  clusterTest(
    `${vetoing} refuses the merge with ${refused}, and takes nothing of it`,
    async (cluster) => {
      // The other takes the merge, and would tell of itself by gossip and with probes.
      const silent = { gossipIntervalMs: 60_000, probeIntervalMs: 60_000, probeTimeoutMs: 500 }
      cluster.settings = { ...cluster.settings, ...silent }
      cluster.expectLine(/merge/)
      cluster.expectRejected('vetoed')
      cluster.expectWarning('exchange-failed')
      const one = await cluster.member(vetoing, 'one', { veto: { ...nobody, merge: ['two'] } })
      const two = await cluster.member(refused, 'two', { state: 'never taken', veto: nobody })
      await assert.rejects(one.join(two), /refused/)
      assert.deepEqual(await cluster.namesSeenBy(one), ['one'])
      assert.equal(
        one.log.find(({ type }) => type === 'state'),
        undefined,
      )
      await one.setVeto(nobody)
      await one.join(two)
      await cluster.converged()
    },
  )

  clusterTest(`${vetoing} refuses to believe that ${refused} is alive`, async (cluster) => {
    cluster.expectLine(/ignoring alive message/)
    cluster.expectRejected('vetoed')
    const one = await cluster.member(vetoing, 'one', { veto: { ...nobody, alive: ['two'] } })
    const two = await cluster.member(refused, 'two')
    const three = await cluster.node('three')
    await two.join(one)
    await three.join(one)
    await three.join(two)
    await three.sees('join', 'two')
    await one.sees('join', 'three')
    if (one.kind === 'go') await one.sees('aliveRefused', 'two')
    else assert.ok((await one.stats()).rejected.vetoed > 0)
    assert.deepEqual(await cluster.namesSeenBy(one), ['one', 'three'])
    // Believed as soon as the veto is gone and somebody says it again.
    await one.setVeto(nobody)
    await two.updateMeta('again')
    await eventually('one believes', async () => {
      assert.deepEqual(await cluster.namesSeenBy(one), ['one', 'three', 'two'])
    })
  })
}

for (const release of NEW_AND_OLD) {
  clusterTest(`${release} and ours show the merge veto the same members`, async (cluster) => {
    const node = await cluster.node('node', { veto: nobody, meta: 'm' })
    const go = await cluster.member(release, 'go', { veto: nobody, meta: 'm' })
    await node.join(go)
    const atNode = await node.log.waitFor('merge', ({ type }) => type === 'merge')
    const atGo = await go.log.waitFor('merge', ({ type }) => type === 'merge')
    assert.deepEqual(
      atNode.members.map(({ name }) => name),
      ['go'],
    )
    assert.deepEqual(
      atGo.nodes.map(({ name }) => name),
      ['node'],
    )
    assert.equal(Buffer.from(atGo.nodes[0].meta, 'base64').toString(), 'm')
    assert.equal(atNode.members[0].meta.toString(), 'm')
  })
}
