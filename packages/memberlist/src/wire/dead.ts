import { AccusationView, decodeAccusation, writeAccusation } from './accusation.ts'
import { DEAD } from './message-type.ts'
import type { Reader } from './reader.ts'
import type { Writer } from './writer.ts'

// dead = 05 accusation
//   the suspicion ran out, or, with From = Node, the member leaves

export class DeadView extends AccusationView {}

/** Reads the struct after the type byte. False: `reader.failure` says why, the view is void. */
export function decodeDead(reader: Reader, view: DeadView): boolean {
  return decodeAccusation(reader, view)
}

/** Writes type byte and struct. */
export function writeDead(
  writer: Writer,
  incarnation: number,
  node: Uint8Array,
  from: Uint8Array,
): void {
  writeAccusation(writer, DEAD, incarnation, node, from)
}
