import { expect } from 'vitest'
import type { Settings } from '../../src/config.ts'
import type { Hooks } from '../../src/core/core.ts'
import type { Rules } from '../../src/core/rules.ts'
import { alive, type Message, type PingMessage } from './messages.ts'
import { solo } from './solo.ts'
import type { WorldNode } from './world-node.ts'

/** The address of `a`, `b` and so on. */
export const at = (name: string): string => `10.0.0.${name.charCodeAt(0) - 86}`

export interface BenchOptions {
  readonly names?: readonly string[]
  readonly versions?: readonly number[]
  readonly settings?: Partial<Settings>
  readonly hooks?: Hooks
  readonly rules?: Rules
}

/**
 * `me` and others that only the test speaks for. It probes them in the order of their names: one
 * at 1 s, 2 s and so on, and waits half a second for an ack.
 */
export function bench({
  names = ['a', 'b', 'c', 'd'],
  versions,
  settings,
  hooks,
  rules,
}: BenchOptions = {}) {
  const result = solo({
    settings: { probeIntervalMs: 1_000, probeTimeoutMs: 500, gossipIntervalMs: 0, ...settings },
    ...(hooks && { hooks }),
    ...(rules && { rules }),
    decisions: {
      stagger: (below) => below,
      'insert-position': (below) => below - 1,
      'probe-order': (below) => below - 1,
      'indirect-target': () => 0,
    },
  })
  const { me, world } = result
  for (const name of names) {
    me.hear([alive(name, { host: at(name), incarnation: 5, ...(versions && { versions }) })])
  }
  me.engine.core.membership.clear()
  me.told()
  return { ...result, advance: (time: number) => world.timeline.runTo(time) }
}

export const pingsIn = (messages: readonly Message[]): PingMessage[] =>
  messages.filter((message) => message.type === 'ping')

/** The one ping that was sent since the last look. */
export function pingOf(me: WorldNode): PingMessage {
  const pings = pingsIn(me.said())
  expect(pings).toHaveLength(1)
  return pings[0]
}
