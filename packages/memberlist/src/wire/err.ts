import { ERR } from './message-type.ts'
import { Fields, type Reader } from './reader.ts'
import { Span } from './span.ts'
import type { Writer } from './writer.ts'

// err = 0d map      (replies on streams only)
//   Error    str      why the request was refused, in words
const MESSAGE = 0
const fields = new Fields('Error')

export class ErrView {
  readonly message = new Span()

  clear(): void {
    this.message.clear()
  }
}

/** Reads the struct after the type byte. False: `reader.failure` says why, the view is void. */
export function decodeErr(reader: Reader, view: ErrView): boolean {
  view.clear()
  let field = -1
  for (let left = reader.readMapHeader(); left > 0; left--) {
    field = reader.readField(fields, field + 1)
    if (field === MESSAGE) reader.readSpan(view.message)
    else reader.skip()
    if (reader.failure !== undefined) return false
  }
  return reader.failure === undefined
}

/** Writes type byte and struct. */
export function writeErr(writer: Writer, message: Uint8Array): void {
  writer.u8(ERR)
  writer.mapHeader(1)
  writer.key(fields, MESSAGE)
  writer.string(message)
}
