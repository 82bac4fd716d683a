import { describe, expect, it } from 'vitest'
import { kvLimits } from '../../src/limits.ts'
import { Origins } from '../../src/replica/origins.ts'
import { World } from '../world.ts'

const idOf = (number: number): string => number.toString(16).padStart(16, '0')

describe('origins', () => {
  it('are forgotten beyond their bound: the longest silent without an entry first', () => {
    const origins = new Origins(({ id }) => id === idOf(1))
    for (let number = 1; number <= kvLimits.origins; number++) {
      const origin = origins.intern(idOf(number))
      origins.hear(origin, { ms: number, counter: 0 })
      origin.held = number === 2 ? 1 : 0
    }
    origins.intern(idOf(5_000))
    origins.intern(idOf(5_001))
    expect(origins.size).toBe(kvLimits.origins)
    expect(origins.get(idOf(1)), 'a present member').toBeDefined()
    expect(origins.get(idOf(2)), 'has an entry').toBeDefined()
    expect(origins.get(idOf(3))).toBeUndefined()
    expect(origins.get(idOf(4))).toBeUndefined()
    expect(origins.forgotten).toEqual({ ms: 4, counter: 0 })
  })

  it('of a member that is restarted time and again with its disk stay one', () => {
    const world = new World(3)
    const [one, other] = world.cluster(2)
    for (let life = 0; life < 20; life++) {
      one.write('k', new TextEncoder().encode(`${life}`))
      world.run(200)
      one.crash()
      world.run(50)
      one.restart()
      world.run(200)
    }
    expect(other.read('k')).toBe('19')
    expect(other.replica.state.origins.size).toBe(2)
  })

  it('begin anew when their numbers have too many gaps', () => {
    const world = new World(3)
    const [one, other] = world.cluster(2)
    const before = one.replica.state.self.id
    for (let life = 0; life < 300; life++) {
      one.write('k', new TextEncoder().encode(`${life}`))
      world.run(60)
      one.crash()
      one.restart()
      world.run(10)
    }
    world.run(2_000)
    expect(one.replica.state.self.id).not.toBe(before)
    expect(other.read('k')).toBe('299')
    expect(other.replica.state.origins.size).toBeLessThan(5)
  })

  it('of a member without a disk are new with each life, and old ones do no harm', () => {
    const world = new World(3)
    const [one, other] = world.cluster(2, (index) => index === 1)
    for (let life = 0; life < 30; life++) {
      one.write(`k${life}`, new TextEncoder().encode('v'))
      world.run(300)
      one.crash()
      world.run(20)
      one.restart()
      world.run(1_500)
      expect(one.replica.state.keyCount, `life ${life}`).toBe(life + 1)
    }
    expect(other.replica.state.keyCount).toBe(30)
  })
})
