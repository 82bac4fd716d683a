/**
 * Runs a task now and again and again, never twice at a time, until the signal.
 * @param everyMs from the end of one to the start of the next; asked anew each time
 */
export function repeat(
  task: (signal: AbortSignal) => Promise<void>,
  everyMs: () => number,
  signal: AbortSignal,
  onError: (error: unknown) => void,
): void {
  const run = async (): Promise<void> => {
    try {
      await task(signal)
    } catch (error) {
      if (!signal.aborted) onError(error)
    }
    if (!signal.aborted) setTimeout(() => void (signal.aborted || run()), everyMs())
  }
  void run()
}
