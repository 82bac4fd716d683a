// Everything about packets, by one door. wire.md calls the layers, outermost first: label,
// encryption, checksum, compression, then a message or a compound of messages.
export { COMPOUND_OVERHEAD, CompoundCursor, PART_OVERHEAD } from './compound.ts'
export { MAX_NESTED_LAYERS, MessageCursor } from './message-cursor.ts'
export { PacketBuilder } from './packet-builder.ts'
export { PACKET_DECOMPRESSED_BYTES } from './packet-compression.ts'
export { PacketOpener } from './packet-opener.ts'
export { isSealing, messageBudget, type PacketSecurity } from './packet-security.ts'
