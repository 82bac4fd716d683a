import { ourRules } from '@hearsay/memberlist/internal'
import { describe, expect, it } from 'vitest'
import { measureCluster } from '../../src/experiments/cluster-measure.ts'

const bootstrap = {
  kind: 'cluster',
  nodes: 8,
  rules: ourRules,
  network: { delayMs: [150, 250] },
  start: 'bootstrap',
} as const

describe('a measured cluster', () => {
  it('says when all first knew all, at whatever moment that was', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const task = { ...bootstrap, seed, safetyMs: 20_000 }
      const stopped = measureCluster({ ...task, onlyBootstrap: true })
      expect(stopped.bootstrapMs).toBeGreaterThan(0)
      expect(stopped.bootstrapMs).toBe(measureCluster(task).bootstrapMs)
    }
  })

  it('says nothing where that did not happen in time', () => {
    const { bootstrapMs } = measureCluster({ ...bootstrap, seed: 1, safetyMs: 1 })
    expect(bootstrapMs).toBeUndefined()
  })
})
