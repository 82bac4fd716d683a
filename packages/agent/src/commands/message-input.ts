import { readFileSync, statSync } from 'node:fs'
import { CommandFailure, exitCodes, usageFailure } from '../failure.ts'
import type { Surroundings } from '../output/streams.ts'

/** Bytes of a message: the operand, or stdin where it is `-` or missing and stdin is no terminal. */
export async function readMessage(
  operand: string | undefined,
  { stdin }: Surroundings,
): Promise<Uint8Array> {
  if (operand !== undefined && operand !== '-') return new TextEncoder().encode(operand)
  if (operand === undefined && stdin.isTTY === true) {
    throw usageFailure('No message is given; it takes one as the last operand, or - for stdin.')
  }
  return readAll(stdin)
}

/** @throws CommandFailure when there is more than `maxBytes` */
export async function readAll(
  stdin: Surroundings['stdin'],
  maxBytes = Number.POSITIVE_INFINITY,
): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk as Uint8Array)
    length += bytes.length
    if (length > maxBytes) throw tooLarge('stdin', maxBytes)
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

/** The bytes of a file. @throws CommandFailure when it cannot be read or has more than `maxBytes` */
export function readFileBytes(path: string, maxBytes: number): Uint8Array {
  let bytes: Uint8Array
  try {
    const { size } = statSync(path)
    if (size > maxBytes) throw tooLarge(path, maxBytes)
    bytes = readFileSync(path)
  } catch (error) {
    if (error instanceof CommandFailure) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw usageFailure(`--file got ${path}, which cannot be read: ${why}.`)
  }
  return bytes
}

function tooLarge(source: string, maxBytes: number): CommandFailure {
  const text = `${source} holds more than ${maxBytes} bytes, which is the most that is taken. Nothing was sent.`
  return new CommandFailure(exitCodes.failed, 'ERR_TOO_LARGE', text, 'Send it in parts.')
}
