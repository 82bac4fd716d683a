import { z } from 'zod'
import { networkSchema } from './network.ts'
import {
  choice,
  durationMs,
  durationRange,
  flag,
  oneOf,
  share,
  signedTime,
  time,
  whole,
} from './primitives.ts'

const bytes = whole(0, 1 << 20).optional()
const at = time
const who = choice
const forMs = time.optional()
const stops = oneOf(['process', 'traffic']).optional()

function step<const Name extends string, Shape extends z.ZodRawShape>(name: Name, shape: Shape) {
  return z.strictObject({ at, do: z.literal(name), ...shape })
}

const steps = [
  step('crash', { who, downMs: time.optional(), memory: flag.optional() }),
  step('restart-all', { downMs: time, memory: flag.optional(), staggerMs: durationMs.optional() }),
  step('pause', { who, forMs: time, stops }),
  step('stutter', { who, pauseMs: time, runMs: time, forMs: time, stops }),
  step('slow', { who, extraMs: durationRange, forMs }),
  step('partition', {
    who,
    kind: oneOf(['whole', 'partial', 'one-way']),
    from: choice.optional(),
    forMs,
  }),
  step('lossy', {
    who,
    direction: oneOf(['in', 'out', 'both']),
    loss: share,
    onMs: durationMs.optional(),
    offMs: durationMs.optional(),
    forMs,
  }),
  step('lossy-link', { from: choice, to: choice, loss: share, forMs }),
  step('network', { change: networkSchema, forMs }),
  step('clock-jump', { who, byMs: signedTime, monotonic: flag.optional() }),
  step('forge', { who, everyMs: durationMs.min(1, 'milliseconds from 1 on'), forMs }),
  step('broadcast', { who, bytes, count: whole(1, 100_000).optional() }),
  step('send', { who, to: choice, bytes, reliable: flag.optional() }),
  step('update-meta', { who, bytes: whole(0, 512).optional() }),
  step('join', { count: whole(1, 100_000) }),
  step('leave', { who, stopAfterMs: durationMs.optional() }),
  step('rolling-upgrade', {
    everyMs: durationMs,
    downMs: durationMs,
    protocolVersion: whole(1, 5).optional(),
  }),
] as const

/** What may be done, and the fields that each takes. */
export const stepFields: ReadonlyMap<string, readonly string[]> = new Map(
  steps.map((each) => [each.shape.do.value, Object.keys(each.shape)]),
)

export const stepSchema = z.discriminatedUnion('do', steps, {
  error: `an object with "at" and "do", which is one of ${[...stepFields.keys()].join(', ')}`,
})
