import { Buffer } from 'node:buffer'
import { checksumOf } from '../src/replica/checksum.ts'
import { compareKeys } from '../src/replica/key-order.ts'
import { encodeRecord } from '../src/wire/record.ts'
import type { WorldNode } from './world-node.ts'

/**
 * What a replica holds, as bytes that two replicas have in common if and only if they hold the same:
 * all entries by key, values, stamps, origins and tombstones. What is about to be let go is left
 * out, since replicas do that within some milliseconds of each other.
 */
export function canonicalBytes({ replica, instant }: WorldNode): string {
  const { state } = replica
  const time = state.clock.time(instant.wallMs)
  const { tombstoneLifeMs } = state.settings
  const held = [...state.entries.values()].filter((entry) => {
    const end = entry.kind === 'value' && entry.expiresAt > 0 ? entry.expiresAt : entry.endedAt
    return entry.kind === 'value' && entry.expiresAt === 0 ? true : end + tombstoneLifeMs > time
  })
  held.sort((one, other) => compareKeys(one.key, other.key))
  const records = held.map((entry) => {
    const isOver = entry.kind === 'value' && !state.isLive(entry, instant.wallMs)
    const shown = isOver ? { ...entry, kind: 'expired' as const, value: undefined } : entry
    const { key, stamp, sequence, expiresAt } = entry
    const write = { key, stamp, sequence, expiresAt, kind: shown.kind, value: shown.value }
    return encodeRecord(write, { id: entry.origin.id, name: '' })
  })
  return Buffer.concat(records).toString('latin1')
}

/** Equal where two replicas have seen the same. */
export function vectorChecksum({ replica }: WorldNode): number {
  return checksumOf([...replica.state.origins])
}
