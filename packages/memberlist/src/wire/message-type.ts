/**
 * The first byte of every message. The numbers are the protocol's; they were only ever added to.
 * HAS_LABEL is far away so that no encryption version (0, 1) and no other type can be taken for it.
 */
export const PING = 0
export const INDIRECT_PING = 1
export const ACK = 2
export const SUSPECT = 3
export const ALIVE = 4
export const DEAD = 5
export const PUSH_PULL = 6
export const COMPOUND = 7
export const USER = 8
export const COMPRESS = 9
/** On streams only: an encrypted packet has no type byte of its own. */
export const ENCRYPT = 10
export const NACK = 11
export const HAS_CRC = 12
export const ERR = 13
export const HAS_LABEL = 244
