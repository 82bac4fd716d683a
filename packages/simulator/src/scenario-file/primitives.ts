import { z } from 'zod'

// Every schema here says in its message what it takes, with its range: `read.ts` puts the path and
// the value before it.

const DAY_MS = 86_400_000

/** A whole number within bounds. */
export function whole(min: number, max: number) {
  const error = `a whole number from ${min} to ${max}`
  return z.int({ error }).min(min, error).max(max, error)
}

function number(min: number, max: number, error: string) {
  return z.number({ error }).min(min, error).max(max, error)
}

export const share = number(0, 1, 'a share from 0 to 1, such as 0.05 for 5 %')
export const durationMs = number(0, 7 * DAY_MS, 'milliseconds from 0 to 604800000 (a week)')
export const text = (max: number) => {
  const error = `a text of 1 to ${max} characters`
  return z.string({ error }).min(1, error).max(max, error)
}
export const flag = z.boolean({ error: 'true or false' })

export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, { error: `one of ${words.join(', ')}` })
}

/** From … to, both included. */
export function range(of: z.ZodNumber, what: string) {
  const error = `[from, to] with from not above to, each ${what}`
  return z
    .tuple([of, of], { error })
    .refine(([from, to]) => from <= to, error)
    .readonly()
}

const millisecondsEach = 'in milliseconds'
export const durationRange = range(durationMs, millisecondsEach)

/** A moment or a length of time, or a pair between which it is drawn. */
export const time = z.union([durationMs, durationRange], {
  error: 'milliseconds, or [from, to] between which they are drawn',
})

const signedMs = number(-7 * DAY_MS, 7 * DAY_MS, 'milliseconds within a week either way')
export const signedTime = z.union([signedMs, range(signedMs, millisecondsEach)], {
  error: 'milliseconds, negative for backwards, or [from, to] between which they are drawn',
})

export const choice = z.union(
  [
    z.literal('all'),
    z.strictObject({ draw: whole(0, 100_000) }),
    z.strictObject({ share }),
    z.array(whole(0, 99_999)).readonly(),
  ],
  { error: '"all", {"draw": 3}, {"share": 0.1}, or a list of members by number, [0, 4]' },
)
