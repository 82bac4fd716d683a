import type { Fields } from './reader.ts'
import type { Writer } from './writer.ts'

// source, in ping and indirectPing: where the answer is to go
//   SourceAddr   bytes    each by itself left out when it is empty or 0
//   SourceNode   str
//   SourcePort   u16

/** How many of the three are written: what the struct's header has to count. */
export function countSource(address: Uint8Array, port: number, node: Uint8Array): number {
  return Number(address.length > 0) + Number(node.length > 0) + Number(port !== 0)
}

/** @param first the field of SourceAddr; the other two follow it in the struct's order */
export function writeSource(
  writer: Writer,
  fields: Fields,
  first: number,
  address: Uint8Array,
  port: number,
  node: Uint8Array,
): void {
  if (address.length > 0) {
    writer.key(fields, first)
    writer.string(address)
  }
  if (node.length > 0) {
    writer.key(fields, first + 1)
    writer.string(node)
  }
  if (port !== 0) {
    writer.key(fields, first + 2)
    writer.unsigned(port)
  }
}
