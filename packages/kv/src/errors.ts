/** Every code that an error of the store can carry. A closed set; new ones are a minor release. */
export const kvErrorCodes = [
  /** An option out of its range or of the wrong type. Nothing was opened. */
  'ERR_KV_OPTION',
  /** A key that is empty, longer than 512 bytes of UTF-8, or not well-formed. Nothing changed. */
  'ERR_KV_KEY',
  /** A value over 16 MiB. Nothing changed. */
  'ERR_KV_TOO_LARGE',
  /** The store is at `maxBytes`. Nothing changed; deleting makes room. */
  'ERR_KV_FULL',
  /** `ifVersion` or `ifAbsent` did not hold. Nothing changed; `data.version` is what is there. */
  'ERR_KV_CONDITION',
  /** Too few members acknowledged in time. It IS written: `data.version`, `data.holders`. */
  'ERR_KV_ACKS',
  /** Too many writes wait to be stored. Nothing changed; try again later. */
  'ERR_KV_OVERLOAD',
  /** The key was written by a clock further ahead than the skew limit. Nothing changed. */
  'ERR_KV_CLOCK',
  /** The caller's AbortSignal fired; `data.version` is set if it was written already. */
  'ERR_KV_ABORTED',
  /** Storing failed. The store takes no more writes; what it holds can still be read. */
  'ERR_KV_STORAGE',
  /** The store was closed. */
  'ERR_KV_CLOSED',
  /** Asked for what this store's wire format cannot do. Nothing changed. */
  'ERR_KV_UNSUPPORTED',
] as const

export type KvErrorCode = (typeof kvErrorCodes)[number]

/** The one error class of the store: what happened, what was expected and what to do. */
export class KvError extends Error {
  override readonly name = 'KvError'
  readonly code: KvErrorCode
  /** What a program needs to act: names, versions, ranges. Plain data. */
  readonly data: Readonly<Record<string, unknown>>

  constructor(
    code: KvErrorCode,
    message: string,
    data: Readonly<Record<string, unknown>> = {},
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.data = data
  }
}
