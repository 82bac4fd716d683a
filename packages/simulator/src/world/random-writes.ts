import { Generator } from './generator.ts'
import type { World } from './world.ts'

const KEYS = 20
/** Now and then a value that fits no packet. */
const LARGEST_BYTES = 4_000

/** Puts and deletes of few keys by members that are drawn, as long as the faults last. */
export function writeAtRandom(world: World, untilMs: number): void {
  const draws = new Generator(world.seed, 'writes')
  const again = (): void => {
    const writers = world.members.filter(({ isLive, hasLeft }) => isLive && !hasLeft)
    const key = `key-${draws.below(KEYS)}`
    const length = draws.below(draws.chance(0.05) ? LARGEST_BYTES : 200)
    const filling = draws.below(256)
    const isDelete = draws.chance(0.2)
    if (writers.length > 0) {
      const writer = draws.pick(writers)
      writer.whenAwake(() => {
        const value = isDelete ? undefined : new Uint8Array(length).fill(filling)
        writer.application?.keyValue?.write(key, value)
      })
    }
    const pauseMs = draws.between(50, 1_000)
    if (world.now + pauseMs < untilMs) world.after(pauseMs, again)
  }
  world.after(0, again)
}
