/**
 * Why bytes from the network were refused. A closed set: each reason is a counter on the surface
 * (`rejected` in the statistics), and a field of the `hearsay:memberlist:rejected` diagnostics.
 */
export const rejectionReasons = [
  /** Nothing in it. */
  'empty',
  /** It ends before its own lengths say it should. */
  'truncated',
  /** Not the msgpack that the message is made of: a wrong form, a wrong type, nesting too deep. */
  'malformed',
  /** A number that the field cannot hold. */
  'out-of-range',
  /** A first byte that is no message type, or one that does not belong on this channel. */
  'unknown-type',
  /** A label header that is cut short or empty. */
  'label-malformed',
  /** We have a label and this has none. */
  'label-missing',
  /** It has a label that is not ours. */
  'label-mismatch',
  /** It has a label and we have none. */
  'label-unexpected',
  /** Plaintext where we require encryption. */
  'plaintext',
  /** Encrypted, and we have no key at all. */
  'no-key',
  /** Encrypted with a key that we do not have, or tampered with. */
  'undecryptable',
  /** An encryption version that we do not know. */
  'encryption-version',
  /** Decrypted, but its padding is not possible. */
  'padding',
  /** The checksum does not match. */
  'checksum',
  /** Compressed in a way that is unknown or broken. */
  'compression',
  /** Larger than the stated limit for it. */
  'too-large',
  /** A layer inside a layer where none may be. */
  'nested',
  /** An ack or nack that nobody waits for, or from somebody who was not asked. */
  'unexpected-ack',
  /** A ping that is for another name. */
  'wrong-name',
  /** A member whose versions are not possible or do not overlap with the cluster's. */
  'version',
  /** A member whose address is not in the allow list. */
  'address-not-allowed',
  /** A member without a usable name or address, or with metadata over the limit. */
  'bad-member',
  /** The name of another member at another address. */
  'name-conflict',
  /** An incarnation further ahead than one honest life can be. */
  'incarnation-jump',
  /** Refused by the application's veto. */
  'vetoed',
  /** A queue of ours was full. */
  'overload',
] as const

export type RejectionReason = (typeof rejectionReasons)[number]
