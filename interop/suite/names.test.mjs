import assert from 'node:assert/strict'
import { clusterTest } from './harness/cluster.mjs'
import { NEW_AND_OLD } from './harness/kinds.mjs'
import { noNetworks } from './harness/network.mjs'

for (const release of NEW_AND_OLD) {
  clusterTest(
    `names of bytes that are no UTF-8 pass from ${release} to ${release} through ours unchanged`,
    async (cluster) => {
      // Two that differ only in such bytes, and would be one if they were read as text.
      const hexes = ['6e6f6465fe', '6e6f6465ff']
      const node = await cluster.node('node')
      const goes = []
      for (const nameHex of hexes) {
        const go = await cluster.member(release, nameHex, { nameHex })
        await go.join(node)
        goes.push(go)
      }
      await node.log.waitFor('both', () => node.list.members.length === 3)
      for (const go of goes) {
        await go.log.waitFor(
          'join of the other',
          ({ type, name }) =>
            type === 'join' && hexes.some((hex) => hex === name && hex !== go.name),
        )
      }
      const names = node.list.members.map(({ name }) => name)
      assert.deepEqual(names, ['node', 'node\udcfe', 'node\udcff'])
      for (const name of names.slice(1)) await node.list.ping(name)
    },
  )

  clusterTest(
    `names of 200 bytes, of ${release} and ours, with everything that names can hold`,
    async (cluster) => {
      const names = ['ü'.repeat(100), '日本'.repeat(33), 'a/b c:7946 "%"', '\u0000\u0001']
      const members = []
      for (const [index, name] of names.entries()) {
        const kind = index % 2 === 0 ? 'node' : release
        members.push(await cluster.member(kind, name))
        if (index > 0) await members[index].join(members[0])
      }
      await cluster.converged()
      await members[0].ping(members[1])
      await members[1].ping(members[0])
      await members[1].updateMeta('news')
      await members[0].sees('update', names[1])
    },
  )
}

clusterTest(
  'an IPv4 address in sixteen bytes is passed on as it came',
  { skip: noNetworks },
  async (cluster) => {
    // Go on 0.0.0.0 without an advertise address tells it so; in four bytes it would be a conflict.
    const network = await cluster.network(['a', 'b', 'c'])
    const on = (name) => ({ ...network.host(name), bind: { host: '0.0.0.0', port: 7946 } })
    const a = await cluster.go('a', on('a'))
    const b = await cluster.node('b', on('b'))
    const c = await cluster.go('c', { release: 'v0.2.2', ...on('c') })
    await b.join(`${network.host('a').bind.host}:7946`)
    await c.join(`${network.host('b').bind.host}:7946`)
    await cluster.converged()
    assert.equal((await c.member('a')).addressBytes, 16)
    assert.equal((await a.member('c')).addressBytes, 16)
    assert.equal((await a.member('c')).host, network.host('c').bind.host)
    assert.equal((await b.member('a')).host, network.host('a').bind.host)
    await a.ping(c)
    await b.ping(a)
  },
)
