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

// A member is an immutable snapshot, so that its JSON form is made once. Bounded by the snapshots
// that are alive.
const known = new WeakMap<Member, MemberJson>()

export function memberJson(member: Member): MemberJson {
  const made = known.get(member)
  if (made !== undefined) return made
  const { suspicion, roundTripMs } = member
  const json: MemberJson = {
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
    ...(suspicion !== undefined && {
      suspicion: {
        from: [...suspicion.from],
        deadline: new Date(suspicion.deadline).toISOString(),
      },
    }),
  }
  known.set(member, json)
  return json
}
