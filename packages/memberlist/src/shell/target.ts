import { badSetting } from '../config.ts'
import { endpointText } from '../transport/address.ts'
import { addressError, isDialable } from '../transport/dial.ts'
import type { Endpoint } from '../transport/transport.ts'
import { nameRequired } from './join.ts'
import type { Member } from './member.ts'

/** A member by snapshot or by name, or any address where one might be. */
export type Target = Member | string | Endpoint

export function nameOf(to: Member | string): string {
  return typeof to === 'string' ? to : to.name
}

/**
 * A bare address to send to, where one may be used.
 * @throws MemberlistError ERR_ADDRESS
 */
export function checkedAddress(to: Endpoint, requireNodeNames: boolean): Endpoint {
  if (requireNodeNames) throw nameRequired(endpointText(to.host, to.port))
  if (!isDialable(to)) throw addressError(to)
  return to
}

/**
 * A text or an array of wider numbers would go out as other bytes than the caller meant.
 * @throws MemberlistError ERR_CONFIG
 */
export function checkBytes(bytes: Uint8Array): void {
  if (bytes instanceof Uint8Array) return
  throw badSetting('bytes', bytes, 'a Uint8Array; of a text, new TextEncoder().encode(text)')
}
