import { CHECKSUM_LENGTH } from './checksum.ts'
import { type EncryptionVersion, encryptionOverhead } from './encryption.ts'
import type { Keyring } from './keyring.ts'
import { labelOverhead } from './label.ts'

/** How packets are wrapped and what is demanded of them. Read anew for every packet. */
export interface PacketSecurity {
  /** At most 255 bytes; empty for none. */
  label: Uint8Array
  /** Labels are taken off in front of us: none may arrive, and ours is implied. */
  skipInboundLabelCheck: boolean
  /** Undefined, or without a key: no encryption. */
  keyring: Keyring | undefined
  /** Whether what cannot be decrypted is refused, or taken as plaintext. */
  verifyIncoming: boolean
  /** Whether to encrypt. */
  verifyOutgoing: boolean
  /** 1; 0 for a cluster that speaks protocol 1. */
  encryptionVersion: EncryptionVersion
  /** Whether to compress where that makes it smaller. Reading does not depend on it. */
  compression: boolean
}

/** Whether what is sent is encrypted. */
export function isSealing(security: PacketSecurity): boolean {
  return security.verifyOutgoing && security.keyring !== undefined && security.keyring.size > 0
}

/**
 * The bytes that one message may have in a packet of at most `maxBytes`. The checksum is counted
 * whether or not there will be one; Go forgets it and sends packets of up to 1,405 bytes.
 */
export function messageBudget(security: PacketSecurity, maxBytes: number): number {
  const encryption = isSealing(security) ? encryptionOverhead(security.encryptionVersion) : 0
  return Math.max(0, maxBytes - labelOverhead(security.label) - encryption - CHECKSUM_LENGTH)
}
