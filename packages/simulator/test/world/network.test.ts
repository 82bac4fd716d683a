import { describe, expect, it } from 'vitest'
import type { Network } from '../../src/scenario.ts'
import {
  columnOf,
  lossyLink,
  lossyMembers,
  oneWayPartition,
  partialPartition,
  wholePartition,
} from '../../src/world/link-fault.ts'
import { VirtualNetwork } from '../../src/world/network.ts'
import { smallScenario } from '../small-scenario.ts'

const quiet = smallScenario().network

function network(conditions: Partial<Network> = {}): VirtualNetwork {
  return new VirtualNetwork({ ...quiet, ...conditions }, 4, 1)
}

/** The share of packets that is lost on that way. */
function lost(world: VirtualNetwork, from = 0, to = 1, everyMs = 1): number {
  let count = 0
  for (let index = 0; index < 10_000; index++) {
    if (world.fate(from, to, index * everyMs) !== undefined) count++
  }
  return count / 10_000
}

const of = (...members: number[]): Uint8Array => columnOf(members, 4)

describe('the virtual network', () => {
  it('loses nothing unless it is told to', () => {
    expect(lost(network())).toBe(0)
  })

  it('loses the share that it is told to, each packet by itself', () => {
    expect(lost(network({ loss: 0.2 }))).toBeCloseTo(0.2, 1)
  })

  it('loses in bursts: as much as of the time is bad, and mostly several in a row', () => {
    const burst = { meanGoodMs: 900, meanBadMs: 100, loss: 1 }
    const world = network({ burst })
    let count = 0
    let afterAnother = 0
    let before = false
    for (let at = 0; at < 400_000; at += 10) {
      const isLost = world.fate(0, 1, at) !== undefined
      if (isLost) count++
      if (isLost && before) afterAnother++
      before = isLost
    }
    // Either end may be the bad one.
    expect(count / 40_000).toBeCloseTo(1 - 0.9 * 0.9, 1)
    expect(afterAnother / count).toBeGreaterThan(0.8)
  })

  it.each([
    ['whole', wholePartition(of(0, 1)), ['0>2', '0>3', '1>2', '1>3', '2>0', '2>1', '3>0', '3>1']],
    ['one-way', oneWayPartition(of(0)), ['1>0', '2>0', '3>0']],
    ['partial', partialPartition(of(0), of(1)), ['0>1', '1>0']],
    ['of a link', lossyLink(of(0), of(3), 1), ['0>3']],
    ['into a member', lossyMembers(of(0), 'in', 1, undefined), ['1>0', '2>0', '3>0']],
    ['out of a member', lossyMembers(of(0), 'out', 1, undefined), ['0>1', '0>2', '0>3']],
  ])('cuts what a partition that is %s cuts, and nothing else', (_name, fault, cut) => {
    const world = network()
    world.faults.add(fault)
    const found: string[] = []
    for (let from = 0; from < 4; from++) {
      for (let to = 0; to < 4; to++) {
        if (from !== to && world.fate(from, to, 0) === 'cut') found.push(`${from}>${to}`)
      }
    }
    expect(found).toEqual(cut)
    world.heal()
    expect(world.fate(0, 1, 0)).toBeUndefined()
  })

  it('takes turns where it is told to', () => {
    const world = network()
    world.faults.add(lossyMembers(of(0), 'both', 1, { since: 100, onMs: 20, offMs: 30 }))
    const fates = [100, 119, 120, 149, 150].map((at) => world.fate(0, 1, at))
    expect(fates).toEqual(['cut', 'cut', undefined, undefined, 'cut'])
  })

  it('delays by the distribution, more what is held back and what is slow', () => {
    expect(network({ delayMs: [5, 5] }).delayMs(0, 1)).toBe(5)
    const held = network({ delayMs: [5, 5], reordering: 1, reorderingMs: 100 })
    expect(held.delayMs(0, 1)).toBeGreaterThan(5)
    const slow = network({ delayMs: [5, 5] })
    slow.slow[1] = [10, 10]
    expect([slow.delayMs(0, 1), slow.delayMs(1, 0), slow.delayMs(0, 2)]).toEqual([15, 15, 5])
  })

  it('brings a stream through loss, later; and through a cut never', () => {
    const world = network({ loss: 0.5, delayMs: [1, 1] })
    const legs = Array.from({ length: 1_000 }, () => world.legMs(0, 1, 0, 10_000, false))
    expect(legs.filter((leg) => leg === 1).length / 1_000).toBeCloseTo(0.5, 1)
    expect(legs.some((leg) => leg > 1_000)).toBe(true)
    world.faults.add(wholePartition(of(0)))
    expect(world.legMs(0, 1, 0, 10_000, true)).toBe(Number.POSITIVE_INFINITY)
  })
})
