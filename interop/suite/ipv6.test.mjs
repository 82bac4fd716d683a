import assert from 'node:assert/strict'
import { networkInterfaces } from 'node:os'
import { clusterTest } from './harness/cluster.mjs'
import { ALL, bothWays } from './harness/kinds.mjs'

const addresses = Object.values(networkInterfaces()).flat()
const skip = addresses.some(({ address }) => address === '::1') ? false : 'no ::1 on this machine'

for (const [first, second] of bothWays(ALL)) {
  clusterTest(`${second} joins ${first} over IPv6`, { skip }, async (cluster) => {
    const bind = { host: '::1' }
    const one = await cluster.member(first, 'one', { bind, meta: 'one' })
    const two = await cluster.member(second, 'two', { bind, state: { length: 70_000, seed: 1 } })
    await two.join(one)
    await cluster.converged()
    assert.equal((await one.member('two')).host, '::1')
    assert.equal((await two.member('one')).host, '::1')
    await one.mergesState({ length: 70_000, seed: 1 })
    for (const [from, to] of [
      [one, two],
      [two, one],
    ]) {
      await from.send(to, `${from.name} by packet`)
      await to.hears(`${from.name} by packet`)
      await from.sendReliable(to, `${from.name} by stream`)
      await to.hears(`${from.name} by stream`)
      await from.ping(to)
    }
  })
}

clusterTest(
  'a member of ours on :: is one of IPv4 to a member on 127.0.0.1',
  { skip },
  async (cluster) => {
    const go = await cluster.go('go')
    const node = await cluster.node('node', {
      bind: { host: '::' },
      advertise: { host: '127.0.0.1' },
    })
    await node.join(go)
    await cluster.converged()
    await go.ping(node)
    await node.ping(go)
    await go.sendReliable(node, 'by stream')
    await node.hears('by stream')
  },
)
