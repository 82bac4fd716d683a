import { existsSync, readFileSync } from 'node:fs'
import { inspect, isCapture, Keyring } from '@hearsay/memberlist/internal'
import { readPort } from '../configuration/address.ts'
import { commonFlags } from '../configuration/common-flags.ts'
import { defaulted, type Flags, oneOf, repeated, single } from '../configuration/flag.ts'
import { keyId, readKey } from '../configuration/key.ts'
import { exitCodes, usageFailure } from '../failure.ts'
import { captureInputs } from '../inspect/capture.ts'
import { bytesFromHex, channels, type InspectInput, textInputs } from '../inspect/inputs.ts'
import { inspectionLines } from '../inspect/lines.ts'
import type { Output } from '../output/output.ts'
import { command, type Invocation, outputOf } from './command.ts'
import { readAll } from './message-input.ts'

const flags = {
  ...commonFlags,
  channel: defaulted('WHERE', 'where the bytes were seen', oneOf(channels), 'packet', {
    choices: channels,
  }),
  key: repeated('K', 'gossip key to try, in base64 or hex', readKey, { secret: true }),
  label: single('L', 'cluster label, where the bytes do not begin with it', (text) => text),
  onlyPort: repeated('N', 'of a capture only what goes to or from this port', readPort),
}

export const inspectCommand = command({
  description:
    'A file or stdin holds hex lines, JSON lines with a "hex" field (whose own channel, key and label count), or a pcap. Ends with code 1 when anything did not decode.',
  operands: [{ form: '[input...]', meaning: 'hexadecimal digits, a file, or - for stdin' }],
  flags,
  examples: [
    ['hearsay inspect 0082a44e6f6465a16ba55365714e6f01', 'a ping'],
    ['hearsay inspect --only-port 7946 capture.pcap', 'what tcpdump wrote, gossip alone'],
  ],
  run: async (invocation) => {
    const output = outputOf(invocation, 'stream')
    const keyrings = new Keyrings()
    const shown: object[] = []
    let number = 0
    let isBad = false
    for await (const input of inputsOf(invocation, output)) {
      const { bytes, channel, keys, label, seen } = input
      const result = inspect(bytes, { channel, keys: keyrings.of(keys), label })
      isBad ||= result.messages.some(({ type }) => type === 'error')
      number++
      if (output.format === 'ndjson') output.json({ ...result, ...seen })
      else if (output.format === 'json') shown.push({ ...result, ...seen })
      else output.lines(inspectionLines(result, number, input, output.paint))
    }
    if (output.format === 'json') output.line(JSON.stringify(shown, null, 2))
    return isBad ? exitCodes.failed : exitCodes.done
  },
})

async function* inputsOf(
  { operands, surroundings: { stdin }, values }: Invocation<typeof flags & Flags>,
  output: Output,
): AsyncGenerator<InspectInput> {
  const { channel, key, label, onlyPort } = values
  const defaults = { channel, keys: key, label }
  if (operands.length === 0 && stdin.isTTY === true) {
    throw usageFailure('No input is given; it takes hexadecimal digits, a file, or - for stdin.')
  }
  for (const operand of operands.length === 0 ? ['-'] : operands) {
    const hex = operand === '-' ? undefined : bytesFromHex(operand)
    if (hex !== undefined) {
      yield { ...defaults, bytes: hex }
      continue
    }
    const source = operand === '-' ? 'stdin' : operand
    const content = operand === '-' ? await readAll(stdin) : readInput(operand)
    if (isCapture(content)) {
      const { inputs, notes } = captureInputs(content, source, defaults, onlyPort)
      for (const note of notes) output.narrate(note)
      yield* inputs
    } else yield* textInputs(Buffer.from(content).toString('utf8'), source, defaults)
  }
}

function readInput(path: string): Uint8Array {
  if (!existsSync(path)) {
    throw usageFailure(`"${path}" is neither hexadecimal digits, two for each byte, nor a file.`)
  }
  try {
    return readFileSync(path)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw usageFailure(`${path} cannot be read: ${why}.`)
  }
}

/** Each set of keys is made ready once, however many inputs it is tried on. Bounded by the input. */
class Keyrings {
  readonly #made = new Map<string, Keyring>()

  of(keys: readonly Uint8Array[]): Keyring {
    const id = keys.map(keyId).join()
    const keyring = this.#made.get(id) ?? new Keyring(keys)
    this.#made.set(id, keyring)
    return keyring
  }
}
