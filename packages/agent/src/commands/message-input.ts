import { usageFailure } from '../failure.ts'
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

export async function readAll(stdin: Surroundings['stdin']): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk as Uint8Array))
  return Buffer.concat(chunks)
}
