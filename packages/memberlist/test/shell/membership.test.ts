import { describe, expect, it } from 'vitest'
import { VirtualCluster, view } from './virtual-cluster.ts'

describe('a cluster', () => {
  it('forms when each member joins one that is in it', async () => {
    await using cluster = new VirtualCluster()
    const lists = await cluster.startAll(['a', 'b', 'c', 'd'])
    for (const list of lists) {
      expect(list.members.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd'])
      expect(list.members.filter(({ local }) => local)).toEqual([list.local])
    }
  })

  it('tells a member that stopped without a word as failed', async () => {
    await using cluster = new VirtualCluster()
    const [a, b, c] = await cluster.startAll(['a', 'b', 'c'])
    await c.shutdown()
    await cluster.until(() => view(a).c === 'failed' && view(b).c === 'failed')
  })
})
