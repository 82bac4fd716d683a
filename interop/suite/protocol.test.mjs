import assert from 'node:assert/strict'
import { clusterTest } from './harness/cluster.mjs'
import { ALL, bothWays, NEW_AND_OLD } from './harness/kinds.mjs'

const PORT = 7946
const state = { length: 70_000, seed: 1 }
const keys = [Buffer.alloc(16, 7)]

// A member that speaks version 1 takes every other's port to be its own. So they share one port,
// each at an address of its own: a different net for each test file that runs at the same time.
let nextHost = 2
const bind = () => ({ host: `127.8.0.${nextHost++}`, port: PORT })

for (const release of ALL) {
  for (const [ours, theirs] of [
    [1, 1],
    [1, 5],
    [5, 1],
    [2, 3],
    [3, 4],
    [4, 5],
    [5, 5],
  ]) {
    clusterTest(`ours speaks protocol ${ours}, ${release} speaks ${theirs}`, async (cluster) => {
      const node = await cluster.node('node', {
        bind: bind(),
        state,
        keys,
        settings: { protocolVersion: ours },
      })
      const go = await cluster.member(release, 'go', {
        bind: bind(),
        state,
        keys,
        settings: { protocolVersion: theirs },
      })
      const also = await cluster.node('also', {
        bind: bind(),
        keys,
        settings: { protocolVersion: ours },
      })
      await node.join(go)
      await also.join(node)
      await cluster.converged()
      await go.mergesState(state)
      await node.mergesState(state)
      assert.equal((await go.member('node')).protocol.current, ours)
      assert.equal((await node.member('go')).protocol.current, theirs)
      for (const [from, to] of [
        [node, go],
        [go, node],
      ]) {
        await from.send(to, `${from.name} by packet`)
        await to.hears(`${from.name} by packet`)
        await from.sendReliable(to, `${from.name} by stream`)
        await to.hears(`${from.name} by stream`)
        await from.ping(to)
        await from.updateMeta(`${from.name} changed`)
        await to.sees('update', from.name)
      }
    })
  }
}

for (const [first, second] of bothWays(NEW_AND_OLD)) {
  clusterTest(
    `${second} with application versions that do not fit is refused by ${first}, and named`,
    async (cluster) => {
      cluster.expectLine(/Push\/Pull|push\/pull/i)
      cluster.expectRejected('version')
      cluster.expectWarning('exchange-failed')
      const versions = (min, max, current) => ({
        delegateProtocolMin: min,
        delegateProtocolMax: max,
        delegateProtocolVersion: current,
      })
      const one = await cluster.member(first, 'one', { settings: versions(1, 2, 2) })
      const two = await cluster.member(second, 'two', { settings: versions(3, 4, 3) })
      await assert.rejects(
        two.join(one),
        second === 'node' ? /understand.*delegate/ : /delegate.*(version|range)|version/i,
      )
      for (const member of [one, two])
        assert.deepEqual(await cluster.namesSeenBy(member), [member.name])
      if (first === 'node') await one.warns('version')
    },
  )

  clusterTest(
    `application versions of ${first} and ${second} that overlap are understood`,
    async (cluster) => {
      const versions = (min, max, current) => ({
        delegateProtocolMin: min,
        delegateProtocolMax: max,
        delegateProtocolVersion: current,
      })
      const one = await cluster.member(first, 'one', { settings: versions(1, 4, 3) })
      const two = await cluster.member(second, 'two', { settings: versions(3, 5, 4) })
      await two.join(one)
      await cluster.converged()
      assert.deepEqual((await one.member('two')).delegate, { min: 3, max: 5, current: 4 })
      assert.deepEqual((await two.member('one')).delegate, { min: 1, max: 4, current: 3 })
    },
  )
}
