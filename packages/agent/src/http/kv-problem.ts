import type { KvErrorCode } from '@hearsay/kv'

interface Translation {
  readonly status: number
  readonly hint: string
  /** Seconds after which the same call may well succeed. */
  readonly retryAfter?: number
}

/** The status that an error of the store is answered with, and what to do about it. */
export const kvTranslations: Readonly<Record<KvErrorCode, Translation>> = {
  ERR_KV_OPTION: { status: 400, hint: 'GET /openapi.json describes what each call takes.' },
  ERR_KV_KEY: { status: 400, hint: 'Give a key of 1 to 512 bytes of UTF-8.' },
  ERR_KV_TOO_LARGE: { status: 413, hint: 'Write less, or in parts under several keys.' },
  ERR_KV_CONDITION: { status: 412, hint: 'Read the key again, and decide anew.' },
  ERR_KV_FULL: {
    status: 507,
    hint: 'A deleted key gives back the bytes of its value, and what remembers it after a day: delete large ones, or start all agents with a larger --kv-max-bytes.',
  },
  ERR_KV_ACKS: {
    status: 504,
    hint: 'It is written and still spreads; read it elsewhere, or write with fewer acks.',
  },
  ERR_KV_OVERLOAD: { status: 503, hint: 'Try again after a moment.', retryAfter: 1 },
  ERR_KV_CLOCK: {
    status: 409,
    hint: 'Set the clocks of the members right; the key can be written when ours has caught up.',
  },
  ERR_KV_ABORTED: { status: 503, hint: 'Read the key to see whether it was written.' },
  ERR_KV_CLOSED: { status: 503, hint: 'The agent is ending; ask another one.', retryAfter: 5 },
  ERR_KV_STORAGE: {
    status: 507,
    hint: "See the agent's log; check the disk of its --data-dir, then start it again.",
  },
  ERR_KV_UNSUPPORTED: {
    status: 501,
    hint: 'Leave it out, or start the agents with --kv native.',
  },
}
