import { z } from 'zod'
import { durationMs, durationRange, share } from './primitives.ts'

const positiveMs = durationMs.gt(0, 'milliseconds above 0')

const delay = z.union(
  [
    durationRange,
    z.strictObject({ kind: z.literal('exponential'), minMs: durationMs, meanMs: positiveMs }),
    z.strictObject({
      kind: z.literal('log-normal'),
      medianMs: positiveMs,
      sigma: z.number().min(0),
    }),
    z.strictObject({ kind: z.literal('pareto'), minMs: positiveMs, shape: z.number().gt(0) }),
  ],
  {
    error:
      '[from, to] in milliseconds, or {"kind": "exponential", "minMs", "meanMs"}, {"kind": "log-normal", "medianMs", "sigma"} or {"kind": "pareto", "minMs", "shape"}',
  },
)

const burst = z.strictObject({ meanGoodMs: positiveMs, meanBadMs: positiveMs, loss: share })

/** Of a network all may be left out: see `defaultNetwork`. */
export const networkSchema = z.strictObject({
  loss: share.optional(),
  burst: burst.optional(),
  delayMs: delay.optional(),
  jitterMs: durationMs.optional(),
  duplication: share.optional(),
  reordering: share.optional(),
  reorderingMs: durationMs.optional(),
  sendFailure: share.optional(),
  streamHang: share.optional(),
  streamBreak: share.optional(),
})
