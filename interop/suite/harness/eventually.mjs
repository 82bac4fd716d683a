import { setTimeout as pause } from 'node:timers/promises'

const BETWEEN_MS = 20

/**
 * Asks again and again until `check` does not throw, and gives its result.
 * @throws what it threw last, when the time is up
 */
export async function eventually(what, check, timeoutMs = 10_000) {
  const until = performance.now() + timeoutMs
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (performance.now() > until) {
        throw new Error(`not within ${Math.round(timeoutMs)} ms: ${what}: ${error.message}`, {
          cause: error,
        })
      }
    }
    await pause(BETWEEN_MS)
  }
}
