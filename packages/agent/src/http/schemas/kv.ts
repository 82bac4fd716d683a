import { kvLimits } from '@hearsay/kv'
import { z } from 'zod'
import { readDuration } from '../../configuration/duration.ts'
import { Refusal } from '../../configuration/refusal.ts'
import { bytesSchema, count, instant, presence, text } from './basics.ts'

/** The shapes of the key/value calls. */
const key = text.describe('1 to 512 bytes of UTF-8')
const version = text.describe('Changes with every write; the ETag without its quotes')
const origin = text.describe('The member that took the write')

export const kvEntrySchema = z.strictObject({
  key,
  version,
  origin,
  bytes: count.describe('Length of the value'),
  modifiedAt: instant,
  expiresAt: instant.optional(),
})
export type KvEntryJson = z.infer<typeof kvEntrySchema>

export const kvListSchema = z.strictObject({
  entries: z.array(kvEntrySchema).describe('By the bytes of the key'),
  next: text.optional().describe('When there are more: give it as `after`'),
})
export type KvListJson = z.infer<typeof kvListSchema>

export const kvWrittenSchema = z.strictObject({
  key,
  version,
  existed: z.boolean().describe('Whether the key was here before'),
  holders: z
    .array(text)
    .describe('Members that are known to hold the write by now, this one aside'),
})
export type KvWrittenJson = z.infer<typeof kvWrittenSchema>

/** Values over this length are left out of the stream of changes: read the key. */
export const maxWatchedValueBytes = 65_536

export const kvChangeSchema = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('put'),
      key,
      version,
      origin,
      bytes: count,
      value: bytesSchema
        .optional()
        .describe(`Left out when it is over ${maxWatchedValueBytes} bytes: read the key`),
      expiresAt: instant.optional(),
    }),
    z.strictObject({ type: z.enum(['delete', 'expire']), key, version, origin }),
    z.strictObject({ type: z.literal('reset') }),
  ])
  .describe(
    'What became of a key. After a `reset` the whole state follows as puts: the reader was away for too long, or asked for it',
  )
export type KvChangeJson = z.infer<typeof kvChangeSchema>

/** A time as the flags take it, `30s` or `1500` for milliseconds. */
function duration(minMs: number, maxMs: number) {
  const read = readDuration(minMs, maxMs)
  return text.optional().transform((given, context) => {
    if (given === undefined) return undefined
    try {
      return read(given)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      context.addIssue(`"${given}" is none; it takes ${error.takes}`)
      return z.NEVER
    }
  })
}

function wholeNumber(min: number, max: number) {
  return text.optional().transform((given, context) => {
    if (given === undefined) return undefined
    const value = /^\d{1,15}$/.test(given) ? Number(given) : Number.NaN
    if (value >= min && value <= max) return value
    context.addIssue(`"${given}" is none; it takes a whole number from ${min} to ${max}`)
    return z.NEVER
  })
}

const since = text
  .max(256)
  .optional()
  .describe(
    'With `watch`, as the Last-Event-ID header: go on after this one; 0: the whole state first',
  )

export const kvReadQuery = z.strictObject({
  watch: presence.describe('Changes of the key as server-sent events'),
  since,
})

export const kvListQuery = z.strictObject({
  prefix: text.optional().describe('Only keys that begin with it'),
  limit: wholeNumber(1, kvLimits.pageEntries).describe('Entries in one answer; default 100'),
  after: text.optional().describe('Only keys that come after this one'),
  watch: presence.describe('Changes of these keys as server-sent events'),
  since,
})

const writeQuery = {
  acks: wholeNumber(0, 1_024).describe('Answer when so many other members hold the write'),
  timeout: duration(1, kvLimits.askMs).describe('How long to wait for them; default 2s'),
  trace: presence.describe('Follow how the write spreads: GET /v1/spread'),
}

export const kvPutQuery = z.strictObject({
  ttl: duration(1, kvLimits.ttlMs).describe('The key expires after so long, such as 30s or 24h'),
  ...writeQuery,
})

export const kvDeleteQuery = z.strictObject(writeQuery)

const formKey = text.optional().describe('The key')
export const exampleReadQuery = z.looseObject({ key: formKey })
export const exampleAddQuery = z.looseObject({ key: formKey, val: text.optional() })
