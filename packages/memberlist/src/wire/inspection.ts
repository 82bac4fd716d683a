import type { InspectedPushPull, InspectedStruct, InspectedUser } from './inspect-message.ts'
import type { RejectionReason } from './rejection.ts'

export type InspectChannel = 'packet' | 'stream-request' | 'stream-reply'

/** A wrapping, as it was found. */
export type InspectedLayer =
  | { type: 'label'; label: string }
  | { type: 'encrypt'; version: 0 | 1 }
  | { type: 'crc'; ok: boolean }
  /** `bytes`: after decompression; 0 where that failed. */
  | { type: 'compress'; algo: number; bytes: number }
  /** `count`: what the header says. */
  | { type: 'compound'; count: number }

/**
 * Why it, or this part of it, did not decode. `offset` is into the bytes that the innermost
 * encryption or compression around it gave: those of the input itself where there is neither.
 */
export interface InspectedError {
  type: 'error'
  reason: RejectionReason
  offset: number
}

export type InspectedMessage = InspectedStruct | InspectedUser | InspectedPushPull | InspectedError

export interface Inspection {
  channel: InspectChannel
  /** Outermost first; those of a compound's parts after it, in the order of the parts. */
  layers: InspectedLayer[]
  messages: InspectedMessage[]
}

export function inspectedError(reason: RejectionReason, offset: number): InspectedError {
  return { type: 'error', reason, offset }
}
