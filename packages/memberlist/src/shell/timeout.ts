import { badSetting } from '../config.ts'
import { untilAborted } from '../transport/aborted.ts'

/** The longest that Node's timers take. */
export const LONGEST_TIMEOUT_MS = 2 ** 31 - 1

/** @throws MemberlistError ERR_CONFIG */
export function checkTimeout(timeoutMs: number): void {
  if (Number.isInteger(timeoutMs) && timeoutMs >= 0 && timeoutMs <= LONGEST_TIMEOUT_MS) return
  throw badSetting('timeoutMs', timeoutMs, `a whole number from 0 to ${LONGEST_TIMEOUT_MS}`)
}

/**
 * True when it came about in time.
 * @throws MemberlistError ERR_ABORTED
 */
export async function within(
  promise: Promise<void>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
  doing: string,
): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, false)
  })
  try {
    return await untilAborted(Promise.race([promise.then(() => true), timeout]), signal, doing)
  } finally {
    clearTimeout(timer)
  }
}
