import { z } from 'zod'
import { readKey } from '../configuration/key.ts'
import { Refusal } from '../configuration/refusal.ts'
import { usageFailure } from '../failure.ts'

export const channels = ['packet', 'stream-request', 'stream-reply'] as const
export type Channel = (typeof channels)[number]

/** Bytes to look at, and what is known of them. */
export interface InspectInput {
  readonly bytes: Uint8Array
  readonly channel: Channel
  readonly keys: readonly Uint8Array[]
  readonly label: string | undefined
  /** When and between whom, where a capture says it. */
  readonly seen?: { readonly time: string; readonly source: string; readonly destination: string }
}

/** What counts where an input does not say otherwise. */
export type InspectDefaults = Omit<InspectInput, 'bytes' | 'seen'>

/** Null and the empty text say that there is none: programs that capture write every field. */
const lineSchema = z.looseObject({
  hex: z.string(),
  channel: z.enum(channels).nullish(),
  key: z.union([z.string(), z.array(z.string())]).nullish(),
  label: z.string().nullish(),
})

/** Hexadecimal digits, with spaces or colons between bytes where one likes. */
export function bytesFromHex(text: string): Uint8Array | undefined {
  const digits = text.replace(/^0x/i, '').replace(/[\s:]/g, '')
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) return undefined
  return Uint8Array.from(Buffer.from(digits, 'hex'))
}

/** The inputs in a text: on each line hexadecimal digits, or a JSON object with a `hex` field. */
export function* textInputs(
  text: string,
  source: string,
  defaults: InspectDefaults,
): Generator<InspectInput> {
  let number = 0
  for (const line of text.split('\n')) {
    number++
    const trimmed = line.trim()
    if (trimmed === '') continue
    const where = `${source}, line ${number}`
    if (trimmed.startsWith('{')) yield jsonInput(trimmed, where, defaults)
    else yield { ...defaults, bytes: hexOf(trimmed, where) }
  }
}

function jsonInput(line: string, where: string, defaults: InspectDefaults): InspectInput {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw usageFailure(`${where} is not JSON: ${why}.`)
  }
  const parsed = lineSchema.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const what = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`
    throw usageFailure(`${where} is not what is taken: ${what}; it takes {"hex": "…"}.`)
  }
  const { hex, channel, key, label } = parsed.data
  const own = [key ?? []].flat().filter((each) => each !== '')
  return {
    bytes: hexOf(hex, where),
    channel: channel ?? defaults.channel,
    keys: key == null ? defaults.keys : own.map((each) => keyOf(each, where)),
    label: label ?? defaults.label,
  }
}

function hexOf(text: string, where: string): Uint8Array {
  const bytes = bytesFromHex(text)
  if (bytes !== undefined) return bytes
  throw usageFailure(`${where} is not hexadecimal; it takes two digits for each byte.`)
}

function keyOf(text: string, where: string): Uint8Array {
  try {
    return readKey(text)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const got = error.got ?? 'no key'
    throw usageFailure(`${where}: key is ${got}; it takes ${error.takes}.`, undefined, error.code)
  }
}
