import { z } from 'zod'
import { count, instant, text } from '../http/schemas/basics.ts'

/** What the dashboard reads beside the rest of the API: how it was, what goes on, how a write spreads. */
const counts = z.array(count)
const counted = (what: string) => counts.describe(`${what}, in the interval`)

export const historySchema = z
  .strictObject({
    intervalMs: count.describe('From one row to the next'),
    columns: z.strictObject({
      time: z.array(z.number()).describe('End of the interval, seconds since the epoch'),
      packetsIn: counted('Packets received'),
      packetsOut: counted('Packets sent'),
      bytesIn: counted('Bytes received, by packet and by stream'),
      bytesOut: counted('Bytes sent, by packet and by stream'),
      queue: counts.describe('State changes and messages that waited to be gossiped'),
      health: counts.describe('Local health: 0 is best'),
      roundTripMs: z
        .array(z.number().nullable())
        .describe('Median of the probes that were answered; null: none was'),
      probesFailed: counted('Probes without an answer'),
      suspicions: counted('Members that came under suspicion'),
      failures: counted('Members that failed'),
      members: counts.describe('Members that were alive or suspect'),
      kvKeys: counts.describe('Keys in the key/value store'),
      kvBytes: counts.describe('Bytes in the key/value store'),
    }),
  })
  .describe('The last 15 minutes in columns, oldest first; every column has a value for every row')
export type HistoryJson = z.infer<typeof historySchema>

export const historyQuery = z.strictObject({
  since: z.coerce
    .number()
    .nonnegative()
    .optional()
    .describe('Only rows newer than that, in seconds since the epoch'),
})

const packetsSchema = { packets: count, bytes: count }

export const activitySchema = z
  .strictObject({
    time: instant,
    pings: z.array(
      z.strictObject({
        to: text,
        kind: z
          .enum(['ping', 'indirect', 'ack', 'answer'])
          .describe(
            'ping: asked; indirect: asked to ping another one; ack: answered us; answer: answered by us',
          ),
        roundTripMs: z.number().optional().describe('With ack'),
        messages: count.optional().describe('Gossip that went along'),
      }),
    ),
    gossip: z.array(
      z.strictObject({ to: text, messages: count.describe('In those packets'), ...packetsSchema }),
    ),
    received: z.array(z.strictObject({ from: text, ...packetsSchema })),
    exchanges: z
      .array(
        z.strictObject({
          with: text,
          kind: z.enum(['push-pull', 'ping', 'user']),
          durationMs: z.number(),
          failed: z.boolean(),
        }),
      )
      .describe('Streams that were opened here and are over'),
    leftOut: count.describe('What there was no room for in this batch'),
  })
  .describe(
    'What went between this member and others since the last batch: names of members, or addresses that belong to none',
  )
export type ActivityJson = z.infer<typeof activitySchema>

const spreadMemberSchema = z.strictObject({
  name: text,
  afterMs: z.number().describe('From the write until its acknowledgement was here'),
})
export const spreadShape = {
  version: text,
  key: text,
  startedAt: instant,
  expected: count.describe('Members other than the writer that take part in the key/value store'),
  members: z.array(spreadMemberSchema).describe('Who has the write, in the order of their answers'),
  missing: z.array(text).describe('Members that are alive or suspect, of whom nothing is heard'),
}
export const spreadSchema = z.strictObject(spreadShape)
export type SpreadJson = z.infer<typeof spreadSchema>

export const spreadQuery = z.strictObject({
  version: text.min(1).max(256).describe('The version of a write that was made with `?trace`'),
})
