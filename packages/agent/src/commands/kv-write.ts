import { kvLimits } from '@hearsay/kv'
import { byteSizeText } from '../configuration/byte-size.ts'
import { clientFlags } from '../configuration/common-flags.ts'
import { readDuration } from '../configuration/duration.ts'
import { type Flags, single, toggle, type Values, wholeNumber } from '../configuration/flag.ts'
import { exitCodes, usageFailure } from '../failure.ts'
import { type KvWrittenJson, kvWrittenSchema } from '../http/schemas/kv.ts'
import { printable } from '../output/printable.ts'
import { clientOf, command, type Invocation, outputOf, progressOf } from './command.ts'
import { keyOperand, keyPath, queryText } from './kv-key.ts'
import { readAll, readFileBytes } from './message-input.ts'

const deleteFlags = {
  ...clientFlags,
  ifVersion: single('V', 'only if this is its version on that agent', (text) => text),
  acks: single('N', 'wait until so many other members hold the write', wholeNumber(0, 1_024)),
  acksTimeout: single('TIME', 'how long to wait for them', readDuration(1, kvLimits.askMs), {
    defaultText: '2s',
  }),
}

const putFlags = {
  ...deleteFlags,
  file: single('FILE', 'the value is what this file holds', (text) => text),
  ttl: single('TIME', 'the key expires after so long', readDuration(1, kvLimits.ttlMs)),
  ifAbsent: toggle('only if there is no such key on that agent'),
}

export const kvPutCommand = command({
  description:
    'Ends with code 1 and changes nothing when the condition does not hold; with 1 when too few members acknowledged in time, and then it is written.',
  operands: [
    keyOperand,
    { form: '[value]', meaning: 'the value; - or none: stdin, byte for byte, up to 16 MiB' },
  ],
  flags: putFlags,
  examples: [
    ['hearsay kv put motd "back at noon" --ttl 2h', 'a text that expires'],
    ['hearsay kv put config/web --file web.json --acks 2', 'a file that two others hold, too'],
  ],
  run: async (invocation) => {
    const { values } = invocation
    const [key = '', operand] = invocation.operands
    const path = keyPath(key)
    const value = await readValue(operand, invocation)
    if (values.ifAbsent && values.ifVersion !== undefined) {
      throw usageFailure('--if-absent and --if-version are both given; it takes one of them.')
    }
    const headers: Record<string, string> = values.ifAbsent
      ? { 'if-none-match': '*' }
      : condition(values)
    const query = queryText({ ...acksQuery(values), ttl: values.ttl })
    const total = byteSizeText(value.length)
    const answer = await progressOf(invocation, `Writing ${total}`, (progress) =>
      clientOf(invocation).call(
        {
          method: 'PUT',
          path: `${path}${query}`,
          bytes: value,
          headers,
          takesMs: values.acksTimeout ?? 0,
          onSent: (bytes) => progress.update(sentText(bytes, value.length, values.acks)),
        },
        kvWrittenSchema.loose(),
      ),
    )
    tell(invocation, answer, `${byteSizeText(value.length)} written as version`)
    return exitCodes.done
  },
})

export const kvDeleteCommand = command({
  description: 'Ends with code 1 when there is no such key on that agent.',
  operands: [keyOperand],
  flags: deleteFlags,
  examples: [
    ['hearsay kv del motd', 'on the agent at 127.0.0.1:4001, and so everywhere'],
    ['hearsay kv del config/web --acks 1', 'and wait until another one knows of it'],
  ],
  run: async (invocation) => {
    const { operands, values } = invocation
    const path = `${keyPath(operands[0])}${queryText(acksQuery(values))}`
    const takesMs = values.acksTimeout ?? 0
    const call = { method: 'DELETE', path, headers: condition(values), takesMs } as const
    const answer = await progressOf(invocation, 'Deleting', () =>
      clientOf(invocation).call(call, kvWrittenSchema.loose()),
    )
    tell(invocation, answer, 'Deleted by version')
    return exitCodes.done
  },
})

/** What takes its time: the way to the agent, then the others' acknowledgements. */
export function sentText(bytes: number, total: number, acks: number | undefined): string {
  const size = byteSizeText(total)
  if (bytes < total) return `Sent ${byteSizeText(bytes)} of ${size}`
  const forWhat = acks === undefined || acks === 0 ? 'for the answer' : `until ${acks} more hold it`
  return `Sent ${size}, waiting ${forWhat}`
}

async function readValue(
  operand: string | undefined,
  { surroundings: { stdin }, values: { file } }: Invocation<typeof putFlags>,
): Promise<Uint8Array> {
  if (file !== undefined && operand !== undefined) {
    throw usageFailure('A value and --file are both given; it takes one of them.')
  }
  if (file !== undefined) return readFileBytes(file, kvLimits.valueBytes)
  if (operand !== undefined && operand !== '-') return new TextEncoder().encode(operand)
  if (operand === undefined && stdin.isTTY === true) {
    throw usageFailure('No value is given; it takes one after the key, --file, or - for stdin.')
  }
  return readAll(stdin, kvLimits.valueBytes)
}

function condition({ ifVersion }: Values<typeof deleteFlags>): Record<string, string> {
  return ifVersion === undefined ? {} : { 'if-match': `"${ifVersion}"` }
}

function acksQuery({ acks, acksTimeout }: Values<typeof deleteFlags>) {
  return { acks, timeout: acksTimeout }
}

function tell(
  invocation: Invocation<typeof clientFlags & Flags>,
  answer: KvWrittenJson,
  what: string,
): void {
  const { holders, version } = answer
  const others = holders.length === 0 ? '' : `; held by ${holders.join(', ')}, too`
  outputOf(invocation).answer(answer, [printable(`${what} ${version}${others}.`)])
}
