import { HAS_LABEL } from './message-type.ts'
import type { RejectionReason } from './rejection.ts'

// labelled = f4 length u8 (1 to 255) label rest
//
// A label keeps clusters apart that can reach each other. It is no secret.

/** What a label adds in front; nothing when it is empty. */
export function labelOverhead(label: Uint8Array): number {
  return label.length === 0 ? 0 : 2 + label.length
}

/** Writes the header of a label that is not empty, and returns the position after it. */
export function writeLabel(label: Uint8Array, target: Uint8Array, offset: number): number {
  if (label.length > 255) throw new RangeError(`a label of ${label.length} bytes`)
  target[offset] = HAS_LABEL
  target[offset + 1] = label.length
  target.set(label, offset + 2)
  return offset + 2 + label.length
}

export interface LabelExpectation {
  readonly label: Uint8Array
  /** Somebody in front of us takes labels off: then none may be left, and ours is implied. */
  readonly skipInboundLabelCheck: boolean
}

/**
 * The length of the label header that `bytes` begin with (0: none), or why it is refused.
 * 'truncated' is for streams, where more may come; in a packet it is as good as 'label-malformed'.
 */
export function checkLabel(
  bytes: Uint8Array,
  start: number,
  end: number,
  expected: LabelExpectation,
): number | RejectionReason {
  if (start === end) return 'empty'
  const { label } = expected
  if (bytes[start] !== HAS_LABEL) {
    return label.length > 0 && !expected.skipInboundLabelCheck ? 'label-missing' : 0
  }
  if (end - start < 2) return 'truncated'
  const length = bytes[start + 1]
  if (length === 0) return 'label-malformed'
  if (end - start < 2 + length) return 'truncated'
  if (label.length === 0 || expected.skipInboundLabelCheck) return 'label-unexpected'
  if (length !== label.length) return 'label-mismatch'
  for (let index = 0; index < length; index++) {
    if (bytes[start + 2 + index] !== label[index]) return 'label-mismatch'
  }
  return 2 + length
}
