import { limits } from './limits.ts'

/** Every code that an error of this library can carry. A closed set; new ones are a minor release. */
export const errorCodes = [
  /** A setting out of its range or of the wrong type. Nothing was opened. */
  'ERR_CONFIG',
  /** A key that is not 16, 24 or 32 bytes, or an operation that the keyring refuses. */
  'ERR_KEY',
  /** An address that cannot be read or does not resolve. */
  'ERR_ADDRESS',
  /** The address to bind to is taken. */
  'ERR_ADDRESS_IN_USE',
  /** The address to bind to is not one of this machine, or may not be used. */
  'ERR_BIND',
  /** No address to join answered; `data.outcomes` says why for each. */
  'ERR_JOIN',
  /** A peer could not be reached or broke off. */
  'ERR_UNREACHABLE',
  /** A peer answered with a refusal, or with what is not the protocol. */
  'ERR_PROTOCOL',
  /** The time given for it ran out. */
  'ERR_TIMEOUT',
  /** Larger than the limit for it. */
  'ERR_TOO_LARGE',
  /** A bound of ours is reached; try again later. */
  'ERR_OVERLOAD',
  /** No member of that name is known. */
  'ERR_UNKNOWN_MEMBER',
  /** The member has left or was shut down. */
  'ERR_CLOSED',
  /** A delegate of the application threw or refused. */
  'ERR_DELEGATE',
  /** The caller's AbortSignal fired. */
  'ERR_ABORTED',
] as const

export type ErrorCode = (typeof errorCodes)[number]

export interface ErrorDetails {
  /** What the program needs to act: names, values, ranges. Plain data. */
  readonly data?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

/**
 * The one error class. The message says what happened, what was expected and what to do;
 * `code` is for programs, `data` holds the particulars.
 */
export class MemberlistError extends Error {
  override readonly name = 'MemberlistError'
  readonly code: ErrorCode
  readonly data: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.data = details.data ?? {}
  }
}

/** More of something is under way than may be. */
export function overloaded(what: string): MemberlistError {
  return new MemberlistError('ERR_OVERLOAD', `${what} are under way; wait until some have ended.`)
}

/** Ours, before anything is sent. */
export function tooLargeForStream(bytes: number): MemberlistError {
  return new MemberlistError(
    'ERR_TOO_LARGE',
    `${bytes} bytes are more than the ${limits.userMessageBytes} that a stream may carry.`,
    { data: { bytes, limit: limits.userMessageBytes } },
  )
}
