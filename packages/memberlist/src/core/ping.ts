import { writePing } from '../wire/ping.ts'
import type { Writer } from '../wire/writer.ts'
import type { Core } from './core.ts'

/** Writes a ping for that name, with ourselves as the source that is to be answered. */
export function encodePing(core: Core, writer: Writer, sequence: number, node: Uint8Array): void {
  const { address, port, name } = core.selfRecord
  writePing(writer, sequence, node, address, port, name.bytes)
}
