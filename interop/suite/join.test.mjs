import assert from 'node:assert/strict'
import { clusterTest } from './harness/cluster.mjs'
import { ALL, bothWays, NEW_AND_OLD } from './harness/kinds.mjs'
import { bytesOf } from './harness/payload.mjs'

for (const [first, second] of bothWays(ALL)) {
  clusterTest(
    `a ${second} member joins a ${first} one, and each sees all of the other`,
    async (cluster) => {
      const metas = { one: { length: 512, seed: 9 }, two: '' }
      const one = await cluster.member(first, 'one', { meta: metas.one })
      const two = await cluster.member(second, 'two', { meta: metas.two })
      const joined = await two.join(one)
      assert.equal(joined.joined, 1)
      await one.sees('join', 'two')
      await two.sees('join', 'one')
      await cluster.converged()
      for (const [seer, seen] of [
        [one, two],
        [two, one],
      ]) {
        const { host, port, meta, protocol, delegate } = await seer.member(seen.name)
        assert.equal(`${host}:${port}`, seen.address)
        assert.deepEqual([...meta], [...bytesOf(metas[seen.name])])
        assert.deepEqual(protocol, { min: 1, max: 5, current: 2 })
        assert.deepEqual(delegate, { min: 0, max: 0, current: 0 })
      }
    },
  )
}

for (const release of NEW_AND_OLD) {
  clusterTest(
    `five members, ${release} and ours in turn, each joining another kind`,
    async (cluster) => {
      const kinds = ['node', release, 'node', release, 'node']
      const members = []
      for (const [index, kind] of kinds.entries()) {
        const member = await cluster.member(kind, `${index}`)
        if (index > 0) await member.join(members[index - 1])
        members.push(member)
      }
      await cluster.converged()
    },
  )
}

clusterTest(
  'two clusters that know nothing of each other become one by a single join',
  async (cluster) => {
    const [a, b, c, d] = [
      await cluster.node('a'),
      await cluster.go('b'),
      await cluster.node('c'),
      await cluster.go('d'),
    ]
    await b.join(a)
    await d.join(c)
    await c.join(b)
    await cluster.converged([a, b, c, d])
  },
)

clusterTest('every form of address is joined, and each has its outcome', async (cluster) => {
  const go = await cluster.go('go')
  const node = await cluster.node('node')
  const { port } = await go.local()
  const { joined, outcomes } = await node.join(
    `127.0.0.1:${port}`,
    `go/127.0.0.1:${port}`,
    `localhost:${port}`,
    '127.0.0.1:1',
  )
  assert.ok(joined >= 3)
  const refused = outcomes.filter(({ error }) => error !== undefined)
  assert.ok(refused.some(({ address }) => address === '127.0.0.1:1'))
  await cluster.converged()
})
