import { z } from 'zod'
import { bytesSchema, count, instant, port, presence, text } from './schemas/basics.ts'

export { type BytesJson, bytesSchema } from './schemas/basics.ts'

import { spreadShape } from '../live/schemas.ts'

/**
 * Every shape of the HTTP API, once: requests are validated with these, the types of the answers
 * come from them, and `openapi.json` is made of them.
 */

export const memberStates = ['alive', 'suspect', 'failed', 'left'] as const
const stateSchema = z.enum(memberStates)

const versionsSchema = z.strictObject({ min: count, max: count, current: count })

export const memberSchema = z.strictObject({
  name: text,
  host: text.describe('IP address'),
  port,
  state: stateSchema,
  incarnation: count,
  meta: bytesSchema,
  protocol: versionsSchema,
  delegate: versionsSchema,
  local: z.boolean().describe('True for the member that answers'),
  since: instant.optional().describe('When the state last changed, as seen from here'),
  roundTripMs: z.number().optional(),
  suspicion: z
    .strictObject({
      from: z.array(text),
      confirmations: count.describe('How many beyond the first'),
      deadline: instant,
      remainingMs: count.describe('Until the deadline, when this was said'),
    })
    .optional()
    .describe('While suspect: who suspects it, and until when at the latest'),
})
export type MemberJson = z.infer<typeof memberSchema>

export const membersSchema = z.array(memberSchema)

const joinErrorSchema = z.strictObject({ address: text, code: text, detail: text })
export type JoinErrorJson = z.infer<typeof joinErrorSchema>

export const joinedSchema = z.strictObject({
  addresses: z.array(text).describe('What was tried'),
  reached: count.describe('How many answered'),
  errors: z.array(joinErrorSchema).describe('Why the others did not'),
})
export type JoinedJson = z.infer<typeof joinedSchema>

const about = <const Name extends string>(...names: readonly Name[]) => ({
  time: instant,
  event: z.enum(names),
})
const where = { host: text, port }

export const eventSchema = z
  .discriminatedUnion('event', [
    z.strictObject({
      ...about('ready'),
      name: text,
      gossip: text,
      http: text,
      member: memberSchema,
    }),
    z.strictObject({ ...about('join', 'alive', 'leave', 'forget'), member: memberSchema }),
    z.strictObject({ ...about('update'), member: memberSchema, previous: memberSchema }),
    z.strictObject({ ...about('suspect', 'fail'), member: memberSchema, from: text }),
    z.strictObject({
      ...about('message'),
      bytes: z.base64(),
      via: z.enum(['packet', 'stream']),
      ...where,
    }),
    z.strictObject({ ...about('joined'), ...joinedSchema.shape }),
    z.strictObject({ ...about('conflict'), member: memberSchema, other: memberSchema }),
    z.strictObject({ ...about('health'), score: count }),
    z.strictObject({ ...about('pause'), pausedMs: z.number() }),
    z.strictObject({
      ...about('warning'),
      code: text,
      text,
      host: text.optional(),
      port: port.optional(),
    }),
    z.strictObject({ ...about('spread'), ...spreadShape }),
    z.strictObject({
      ...about('kv-full'),
      bytes: count.describe('In the key/value store'),
      maxBytes: count.describe('What it may hold'),
    }),
    z.strictObject({ ...about('left'), name: text }),
  ])
  .describe('What happened, in the order in which it happened')
export type AgentEvent = z.infer<typeof eventSchema>

export const problemSchema = z.looseObject({
  type: text,
  title: text,
  status: z.int(),
  code: text.describe('For programs'),
  detail: text.describe('What happened, and what was expected'),
  hint: text.optional().describe('What to do'),
})
export type Problem = z.infer<typeof problemSchema>

export const joinRequestSchema = z.strictObject({
  addresses: z.array(text.min(1).max(1_024)).min(1).max(1_024),
  timeoutMs: z.int().min(1).max(3_600_000).optional(),
})

export const keyRequestSchema = z.strictObject({
  key: text
    .min(1)
    .max(128)
    .describe('16, 24 or 32 bytes in base64 or hexadecimal, or the id of a key that is there'),
  primary: z.boolean().optional().describe('Encrypt with it from now on; it is added if it is new'),
})

const keySchema = z.strictObject({
  id: text.describe('First 8 bytes of the SHA-256 of the key, in hexadecimal'),
  bytes: z.union([z.literal(16), z.literal(24), z.literal(32)]),
  primary: z.boolean(),
  key: text.optional().describe('The key in base64, with `?reveal` only'),
})
export const keysSchema = z.strictObject({ keys: z.array(keySchema) })
export type KeysJson = z.infer<typeof keysSchema>

export const pingSchema = z.strictObject({
  name: text,
  roundTripMs: z.number(),
  payload: bytesSchema,
})
export const acceptedSchema = z.strictObject({ bytes: count })
export const broadcastSchema = z.strictObject({
  bytes: count,
  outcome: z.enum(['queued', 'sent', 'replaced', 'shed']),
})
export const leftSchema = z.strictObject({ name: text, left: z.literal(true) })
export const statsSchema = z
  .looseObject({})
  .describe('Counters and gauges of the member, as they are now')
export const configSchema = z.strictObject({
  name: text,
  gossip: text,
  http: text,
  version: text,
  values: z.array(z.strictObject({ name: text, value: z.unknown(), source: text, label: text })),
  settings: z.array(z.strictObject({ name: text, value: z.unknown(), source: text, label: text })),
})
export type ConfigJson = z.infer<typeof configSchema>
export const healthSchema = z.strictObject({ status: text })

export const stateQuery = z.strictObject({
  state: text
    .optional()
    .transform((given, context) => {
      const states = given === undefined ? memberStates : given.split(',')
      const unknown = states.find((state) => !memberStates.some((each) => each === state))
      if (unknown === undefined) return new Set(states)
      context.addIssue(`"${unknown}" is no state; there are ${memberStates.join(', ')}`)
      return z.NEVER
    })
    .describe('Only members in these states, parted by commas'),
})
export const revealQuery = z.strictObject({ reveal: presence })
export const reliableQuery = z.strictObject({ reliable: presence })
export const broadcastQuery = z.strictObject({
  name: text
    .min(1)
    .max(255)
    .optional()
    .describe('A newer broadcast of the same name replaces an older one'),
  wait: presence.describe('Answer when it was sent as often as it should, or was replaced'),
})
export const eventsQuery = z.strictObject({
  after: text
    .max(64)
    .optional()
    .describe('As the Last-Event-ID header, for clients that cannot set it; 0: all that is kept'),
})
