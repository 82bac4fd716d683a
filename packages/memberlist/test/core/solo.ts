import { World } from './world.ts'
import type { NodeOptions, WorldNode } from './world-node.ts'

/** How long a suspicion lasts at `soloSettings` in a small cluster: 4 probe intervals, and 6 x that. */
export const SHORTEST_MS = 240_000
export const LONGEST_MS = 1_440_000

const NEVER_MS = 1e12

/** Nothing happens by itself but gossip: what the test does not say is not said. */
export const soloSettings = {
  probeIntervalMs: 60_000,
  pushPullIntervalMs: 0,
  reconnectIntervalMs: 0,
} as const

/**
 * One member, `me`, whose peers are played by the test. It is at 10.0.0.1 with incarnation 100 and
 * has nothing queued.
 */
export function solo(options: NodeOptions = {}): { world: World; me: WorldNode } {
  const world = new World()
  const me = world.node('me', {
    host: '10.0.0.1',
    incarnation: 100,
    recording: true,
    ...options,
    settings: { ...soloSettings, ...options.settings },
    decisions: {
      stagger: (below) => (below === soloSettings.probeIntervalMs ? NEVER_MS : below - 1),
      ...options.decisions,
    },
  })
  me.engine.core.membership.clear()
  return { world, me }
}
