import { aliveLength, writeAlive } from '../wire/alive.ts'
import type { PacketBuilder } from '../wire/packet.ts'
import { Writer } from '../wire/writer.ts'
import type { NodeRecord } from './registry.ts'
import { Slab } from './slab.ts'

/** The table's, and that of the message being taken. */
const REFERENCES_OF_ONE_VIEW = 2

/** Scratch: the core is synchronous. */
const writer = new Writer(512)
/** What several views tell. */
const kept = new Slab()

/**
 * That a member is alive, as long as it waits to be told. The message is only written when it is
 * sent: who learns of ten thousand at once would make as many, and keep them for a minute.
 */
export class AliveNews {
  /** Of the message. */
  readonly length: number
  private readonly record: NodeRecord
  private readonly incarnation: number

  constructor(record: NodeRecord, incarnation: number) {
    const { name, address, port, meta, versionsOnWire } = record
    this.record = record
    this.incarnation = incarnation
    this.length = aliveLength(incarnation, name.bytes, address, port, meta, versionsOnWire)
  }

  /** False: it does not fit. */
  addTo(builder: PacketBuilder): boolean {
    write(builder.writer, this.record, this.incarnation)
    return builder.addWritten()
  }
}

/**
 * The news; or the message itself, made once for all views of the process that share the record.
 * Where there is one view alone, it would only take memory.
 */
export function aliveNews(record: NodeRecord, incarnation: number): AliveNews | Uint8Array {
  if (record.aliveIncarnation === incarnation && record.aliveMessage.length > 0) {
    return record.aliveMessage
  }
  if (record.name.references <= REFERENCES_OF_ONE_VIEW) return new AliveNews(record, incarnation)
  writer.reset()
  write(writer, record, incarnation)
  record.aliveMessage = kept.copy(writer.bytes, 0, writer.position)
  record.aliveIncarnation = incarnation
  return record.aliveMessage
}

function write(to: Writer, record: NodeRecord, incarnation: number): void {
  const { name, address, port, meta, versionsOnWire } = record
  writeAlive(to, incarnation, name.bytes, address, port, meta, versionsOnWire)
}
