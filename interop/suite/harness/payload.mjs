import { createHash } from 'node:crypto'
import { pattern } from '../../peer.mjs'

/** Payloads are bytes, text, or `{ length, seed }` for a pattern that both sides can make. */
export function bytesOf(payload) {
  if (payload === undefined || payload instanceof Uint8Array) return payload
  if (typeof payload === 'string') return Buffer.from(payload)
  return pattern(payload.length, payload.seed)
}

export function forGo(payload) {
  if (payload === undefined) return undefined
  const isPattern = typeof payload === 'object' && !(payload instanceof Uint8Array)
  return isPattern ? payload : Buffer.from(payload).toString('base64')
}

/** What is told of bytes that came in. */
export function digest(bytes) {
  return { length: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
}

export function isSame(told, payload) {
  if (typeof payload === 'object' && told.length !== payload.length) return false
  const expected = digest(bytesOf(payload))
  return told.length === expected.length && told.sha256 === expected.sha256
}
