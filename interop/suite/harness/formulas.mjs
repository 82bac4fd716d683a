// The times that the settings give, written down from the formulas and not taken from the library.

/** Shortest suspicion in a cluster of n, milliseconds. */
export function suspicionMinMs(n, { suspicionMultiplier, probeIntervalMs }) {
  return suspicionMultiplier * Math.max(1, Math.log10(n)) * probeIntervalMs
}

/** Longest: with nobody who confirms. Where too few others are there to wait for, the shortest. */
export function suspicionMaxMs(n, settings) {
  const { suspicionMultiplier, suspicionMaxTimeoutMultiplier } = settings
  const min = suspicionMinMs(n, settings)
  return n - 2 < suspicionMultiplier - 2 ? min : min * suspicionMaxTimeoutMultiplier
}

/**
 * Latest time from a crash to the verdict of each other member. The target may be the last of a
 * round of probes that has just begun, and of the next after a reshuffle; its probe lasts an
 * interval; then comes the longest suspicion. A quarter and a second are for a busy machine.
 */
export function crashDeadlineMs(n, settings) {
  const untilProbed = 2 * (n - 1) * settings.probeIntervalMs
  const probe = settings.probeIntervalMs
  return 1.25 * (untilProbed + probe + suspicionMaxMs(n, settings)) + 1_000
}

/** No verdict can come earlier: every suspicion lasts at least this long. Timers may be a bit early. */
export function crashEarliestMs(n, settings) {
  return 0.95 * suspicionMinMs(n, settings)
}
