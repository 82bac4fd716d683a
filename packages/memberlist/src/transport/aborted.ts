import { MemberlistError } from '../errors.ts'

/**
 * What a wait ends with when its AbortSignal fires: ERR_TIMEOUT when the signal is one of
 * `AbortSignal.timeout`, else ERR_ABORTED.
 */
export function abortedError(signal: AbortSignal, doing: string): MemberlistError {
  const cause: unknown = signal.reason
  const timedOut = cause instanceof Error && cause.name === 'TimeoutError'
  return timedOut
    ? new MemberlistError('ERR_TIMEOUT', `${doing} took longer than the time given for it.`, {
        cause,
      })
    : new MemberlistError('ERR_ABORTED', `${doing} was given up by the caller's signal.`, { cause })
}

/**
 * What was begun goes on where it cannot be stopped; at least nobody waits for it any longer.
 * @throws MemberlistError ERR_ABORTED, ERR_TIMEOUT, as `abortedError`
 */
export async function untilAborted<Result>(
  begun: Promise<Result>,
  signal: AbortSignal | undefined,
  doing: string,
): Promise<Result> {
  if (signal === undefined) return await begun
  let aborted = (): void => undefined
  const given = new Promise<never>((_resolve, reject) => {
    aborted = () => reject(abortedError(signal, doing))
    if (signal.aborted) aborted()
    else signal.addEventListener('abort', aborted)
  })
  try {
    return await Promise.race([given, begun])
  } finally {
    signal.removeEventListener('abort', aborted)
  }
}

/** The system's error code (`ECONNREFUSED`) of an error that Node gave, or the error's name. */
export function systemCode(error: unknown): string {
  if (!(error instanceof Error)) return 'UNKNOWN'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
