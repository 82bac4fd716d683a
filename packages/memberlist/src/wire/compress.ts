import { lzwCompressView } from './lzw.ts'
import { COMPRESS } from './message-type.ts'
import { Fields, type Reader } from './reader.ts'
import { Span } from './span.ts'
import { Writer } from './writer.ts'

// compress = 09 map
//   Algo  u8      0: LZW (`lzw-encoder.ts`); there is no other
//   Buf   bytes   a message with its type byte, or a compound
const ALGORITHM = 0
const BUFFER = 1
const fields = new Fields('Algo', 'Buf')

export const LZW = 0

export class CompressView {
  algorithm = 0
  readonly buffer = new Span()

  clear(): void {
    this.algorithm = 0
    this.buffer.clear()
  }
}

/** Reads the struct after the type byte. False: `reader.failure` says why, the view means nothing. */
export function decodeCompress(reader: Reader, view: CompressView): boolean {
  view.clear()
  let field = -1
  for (let left = reader.readMapHeader(); left > 0; left--) {
    field = reader.readField(fields, field + 1)
    if (field === ALGORITHM) view.algorithm = reader.readUnsigned(0xff)
    else if (field === BUFFER) reader.readSpan(view.buffer)
    else reader.skip()
    if (reader.failure !== undefined) return false
  }
  return reader.failure === undefined
}

/** Writes type byte and struct up to the header of Buf; `length` bytes of LZW are to follow. */
export function writeCompressHeader(writer: Writer, length: number): void {
  writer.u8(COMPRESS)
  writer.mapHeader(2)
  writer.key(fields, ALGORITHM)
  writer.unsigned(LZW)
  writer.key(fields, BUFFER)
  writer.rawHeader(length)
}

const header = new Writer(32)

/** The compress message that holds these bytes, also where it is larger than they are. */
export function compress(bytes: Uint8Array): Uint8Array {
  const compressed = lzwCompressView(bytes)
  header.reset()
  writeCompressHeader(header, compressed.length)
  const message = new Uint8Array(header.position + compressed.length)
  message.set(header.view())
  message.set(compressed, header.position)
  return message
}
