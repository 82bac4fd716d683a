import { follow, reconnectFlag } from '../client/follower.ts'
import { byteSizeText } from '../configuration/byte-size.ts'
import { clientFlags } from '../configuration/common-flags.ts'
import { single, toggle, wholeNumber } from '../configuration/flag.ts'
import { exitCodes, usageFailure } from '../failure.ts'
import type { KvChangeJson } from '../http/schemas/kv.ts'
import type { Hue, Paint } from '../output/color.ts'
import { printable } from '../output/printable.ts'
import { clientOf, command, outputOf } from './command.ts'
import { keyPath, queryText } from './kv-key.ts'

const flags = {
  ...clientFlags,
  prefix: single('TEXT', 'all keys that begin with it', (text) => text),
  replay: toggle('begin with what is there'),
  since: single('ID', 'begin after this change, by its id in an earlier watch', (text) => text),
  count: single('N', 'end after so many', wholeNumber(1, 1_000_000_000)),
  reconnect: reconnectFlag,
}

export const kvWatchCommand = command({
  description:
    'When the agent is gone, it is tried again, and goes on where it was. A `reset` says that changes were missed, or that the whole state was asked for: it follows as puts.',
  operands: [{ form: '[key]', meaning: 'the key; none: all keys, or those with --prefix' }],
  flags,
  examples: [
    ['hearsay kv watch', 'everything that is written from now on'],
    ['hearsay kv watch --prefix config/ --replay -o ndjson', 'what is there, then its changes'],
  ],
  run: async (invocation) => {
    const { count, prefix, reconnect, replay, since } = invocation.values
    const [key] = invocation.operands
    if (key !== undefined && prefix !== undefined) {
      throw usageFailure('A key and --prefix are both given; it takes one of them.')
    }
    const query = queryText({ prefix, watch: '' })
    const path = `${key === undefined ? '/v1/kv' : keyPath(key)}${query}`
    const output = outputOf(invocation, 'stream')
    const followed = { path, lastId: since ?? (replay ? '0' : undefined) }
    const { interrupted } = invocation.surroundings
    let shown = 0
    for await (const { data, id } of follow(
      clientOf(invocation),
      followed,
      reconnect,
      interrupted,
    )) {
      const change = JSON.parse(data) as KvChangeJson
      if (output.format === 'table') output.line(changeLine(change, new Date(), output.paint))
      else output.json({ id, ...change })
      if (++shown === count) return exitCodes.done
    }
    return exitCodes.done
  },
})

const hues: Readonly<Record<KvChangeJson['type'], Hue>> = {
  put: 'green',
  delete: 'red',
  expire: 'yellow',
  reset: 'cyan',
}

function changeLine(change: KvChangeJson, now: Date, paint: Paint): string {
  const clock = paint('dim', now.toISOString().slice(11, 23))
  const head = `${clock}  ${paint(hues[change.type], change.type.padEnd(6))}`
  if (change.type === 'reset') return `${head}  what is there follows`
  const { key, origin } = change
  const value = change.type === 'put' ? `: ${valueText(change)}` : ''
  return `${head}  ${printable(`${key}  from ${origin}${value}`)}`
}

function valueText({ bytes, value }: Extract<KvChangeJson, { type: 'put' }>): string {
  if (value === undefined || !('text' in value)) return byteSizeText(bytes)
  return value.text.length > 120 ? `${value.text.slice(0, 120)}…` : value.text
}
