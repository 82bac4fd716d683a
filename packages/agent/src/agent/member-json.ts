import type { Member } from '@hearsay/memberlist'
import type { BytesJson, MemberJson } from '../http/schemas.ts'
import { isPrintable } from '../output/printable.ts'

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Bytes that read as text are given as text; anything else as base64. */
export function bytesJson(bytes: Uint8Array): BytesJson {
  try {
    const text = strict.decode(bytes)
    if (isPrintable(text)) return { text }
  } catch {
    // Not UTF-8.
  }
  return { base64: base64(bytes) }
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}

// A member is an immutable snapshot, so that its JSON form is made once, but for the time that a
// suspicion still has. Bounded by the snapshots that are alive.
const known = new WeakMap<Member, MemberJson>()

export function memberJson(member: Member, now: number = Date.now()): MemberJson {
  const { suspicion } = member
  const json = known.get(member) ?? settled(member)
  known.set(member, json)
  if (suspicion === undefined) return json
  const { from, deadline } = suspicion
  return {
    ...json,
    suspicion: {
      from: [...from],
      confirmations: Math.max(0, from.length - 1),
      deadline: new Date(deadline).toISOString(),
      remainingMs: Math.max(0, Math.round(deadline - now)),
    },
  }
}

function settled(member: Member): MemberJson {
  const { roundTripMs } = member
  return {
    name: member.name,
    host: member.host,
    port: member.port,
    state: member.state,
    incarnation: member.incarnation,
    meta: bytesJson(member.meta),
    protocol: { ...member.protocol },
    delegate: { ...member.delegate },
    local: member.local,
    since: new Date(member.since).toISOString(),
    ...(roundTripMs !== undefined && { roundTripMs }),
  }
}
