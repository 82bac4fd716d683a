import { AccusationView, decodeAccusation, writeAccusation } from './accusation.ts'
import { SUSPECT } from './message-type.ts'
import type { Reader } from './reader.ts'
import type { Writer } from './writer.ts'

// suspect = 03 accusation
//   a member did not answer; it has until the suspicion timeout to refute

export class SuspectView extends AccusationView {}

/** Reads the struct after the type byte. False: `reader.failure` says why, the view is void. */
export function decodeSuspect(reader: Reader, view: SuspectView): boolean {
  return decodeAccusation(reader, view)
}

/** Writes type byte and struct. */
export function writeSuspect(
  writer: Writer,
  incarnation: number,
  node: Uint8Array,
  from: Uint8Array,
): void {
  writeAccusation(writer, SUSPECT, incarnation, node, from)
}
