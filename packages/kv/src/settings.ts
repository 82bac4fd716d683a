import { KvError } from './errors.ts'

/** What can be chosen. All members of a cluster should have the same, but for `maxBytes`. */
export interface KvSettings {
  /** Bytes that keys, values and their overhead may take. Default 256 MiB; at least 64 KiB. */
  readonly maxBytes: number
  /**
   * How long a deleted or expired key is remembered. A member that was away for longer compares the
   * full state when it comes back. Default 24 h; at least 1 s.
   */
  readonly tombstoneLifeMs: number
  /** How far ahead of our clock a stamp may be. Default 60 s; at least 100 ms. */
  readonly maxSkewMs: number
  /** How often unsent news, lost answers and the like are looked after. Default 200 ms. */
  readonly roundMs: number
  /** No answer for so long, and the question is asked again. Default 2 s. */
  readonly answerMs: number
  /** How often a member that is not known to be behind or ahead is told how far we are. Default 5 s. */
  readonly announceMs: number
  /** Least time between two passes with one member, unless something is known to be missing. */
  readonly pullMs: number
  /** Least time between two pushes to one member: what comes meanwhile goes together. */
  readonly pushMs: number
}

export const defaultKvSettings: KvSettings = {
  maxBytes: 256 * 1_024 * 1_024,
  tombstoneLifeMs: 86_400_000,
  maxSkewMs: 60_000,
  roundMs: 200,
  answerMs: 2_000,
  announceMs: 5_000,
  pullMs: 1_000,
  pushMs: 5,
}

const ranges: Readonly<Record<keyof KvSettings, readonly [number, number]>> = {
  maxBytes: [65_536, Number.MAX_SAFE_INTEGER],
  tombstoneLifeMs: [1_000, 10 * 365 * 86_400_000],
  maxSkewMs: [100, 86_400_000],
  roundMs: [10, 60_000],
  answerMs: [50, 600_000],
  announceMs: [50, 3_600_000],
  pullMs: [10, 600_000],
  pushMs: [0, 1_000],
}

/** @throws KvError ERR_KV_OPTION */
export function checkSettings(given: Partial<KvSettings>): KvSettings {
  const settings = { ...defaultKvSettings, ...given }
  for (const [name, [least, most]] of Object.entries(ranges)) {
    const value = settings[name as keyof KvSettings]
    if (Number.isFinite(value) && value >= least && value <= most) continue
    throw new KvError(
      'ERR_KV_OPTION',
      `${name} is ${String(value)}; it must be a number from ${least} to ${most}.`,
      { name, value, least, most },
    )
  }
  return settings
}
