// Settings that shut members out, and one that wants their names with every packet.
import assert from 'node:assert/strict'
import { clusterTest } from './harness/cluster.mjs'
import { bothWays, NEW_AND_OLD, WITH_LABELS } from './harness/kinds.mjs'

for (const [first, second] of bothWays(WITH_LABELS)) {
  clusterTest(
    `${first} with an allow list takes nothing of a ${second} that is not in it`,
    async (cluster) => {
      cluster.expectLine(/Rejected node/)
      cluster.expectRejected('address-not-allowed')
      const allow = (kind, networks) =>
        kind === 'node' ? { cidrsAllowed: networks } : { config: { CIDRsAllowed: networks } }
      const strict = await cluster.member(first, 'strict', allow(first, ['127.0.0.1/32']))
      const outside = await cluster.member(second, 'outside', { bind: { host: '127.0.0.2' } })
      await outside.join(strict).catch(() => {})
      await strict.join(outside).catch(() => {})
      if (first === 'node') await strict.warns('address-not-allowed')
      else await strict.logs(/Rejected node outside/)
      assert.deepEqual(await cluster.namesSeenBy(strict), ['strict'])
    },
  )
}

for (const [first, second] of bothWays(NEW_AND_OLD)) {
  clusterTest(
    `${first} and ${second} that send nothing without the receiver's name`,
    async (cluster) => {
      const settings = { requireNodeNames: true }
      const one = await cluster.member(first, 'one', { settings })
      const two = await cluster.member(second, 'two', { settings })
      const three = await cluster.node('three', { settings })
      await two.join(`one/${one.address}`)
      await three.join(`one/${one.address}`)
      await cluster.converged()
      for (const [from, to] of [
        [one, two],
        [two, one],
      ]) {
        await from.ping(to)
        await from.sees('ping', to.name)
        await from.send(to, `${from.name} by packet`)
        await to.hears(`${from.name} by packet`)
      }
      await assert.rejects(two.join(one), /name/)
    },
  )
}
