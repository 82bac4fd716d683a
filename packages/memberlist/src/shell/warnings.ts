import { limits } from '../limits.ts'
import type { RejectionReason } from '../wire/rejection.ts'
import type { MemberlistWarning, WarningCode } from './events.ts'
import type { Logger } from './options.ts'

/** The same warning about the same peer is not told again within this time. */
const REPEAT_AFTER_MS = 30_000

/** Refusals that an operator should hear of: what comes is … Each with what to do. */
export const refusalSentences: Partial<Record<RejectionReason, string>> = {
  undecryptable: 'encrypted with a key that we do not have. Give both the same gossip key',
  'no-key': 'encrypted, and we have no gossip key. Set the one of that cluster',
  plaintext: 'not encrypted, and we require it. Give that member the gossip key',
  'encryption-version': 'encrypted in a version that we do not know. Upgrade this member',
  'label-mismatch': 'with the label of another cluster. Set the same label, or keep them apart',
  'label-missing': 'without our label. Set the same label there',
  'label-unexpected': 'with a label, and we have none. Set the same label here',
  version: 'of a member whose protocol versions do not fit this cluster. Upgrade one of them',
  'address-not-allowed': 'of an address that is not in the allow list',
  'name-conflict': 'of a member with a name that another one has. Give it a name of its own',
  'incarnation-jump': 'with an incarnation that no honest member has; it was ignored',
  overload: 'more than we can take; some of it was dropped',
  checksum: 'damaged on the way',
}

/**
 * Tells the application what goes wrong with which peer, once per peer and interval and not per
 * packet. Bound: `limits.warnedPeers` peers are told apart; all further ones share a place.
 */
export class Warnings {
  private readonly toldAt = new Map<string, number>()
  private readonly now: () => number
  private readonly tell: (warning: MemberlistWarning) => void
  private readonly logger: Logger | undefined

  constructor(
    now: () => number,
    tell: (warning: MemberlistWarning) => void,
    logger: Logger | undefined,
  ) {
    this.now = now
    this.tell = tell
    this.logger = logger
  }

  rejected(reason: RejectionReason, host: string, port: number): void {
    const sentence = refusalSentences[reason]
    if (sentence === undefined) return
    this.warn(reason, `${host} sends what is ${sentence}.`, host, port)
  }

  /** @param text one whole sentence or two */
  warn(code: WarningCode, text: string, host = '', port = 0): void {
    if (!this.isDue(`${code} ${host}`)) return
    this.say(
      host === '' ? { type: 'warning', code, text } : { type: 'warning', code, text, host, port },
    )
  }

  /** @param what of the application's threw or rejected */
  callbackFailed(what: string, error: unknown): void {
    if (!this.isDue(`callback-failed ${what}`)) return
    const reason = error instanceof Error ? error.message : String(error)
    const text = `${what} failed: ${reason}. The member goes on.`
    this.say({ type: 'warning', code: 'callback-failed', text })
  }

  /** At once, for who sees to it himself that it is not told too often. */
  say(warning: MemberlistWarning): void {
    this.tell(warning)
    const { type: _, text, ...data } = warning
    try {
      this.logger?.warn(data, text)
    } catch {
      // A logger that fails cannot be told of by logging; the event was told.
    }
  }

  private isDue(key: string): boolean {
    const now = this.now()
    const known = this.toldAt.has(key) || this.toldAt.size < limits.warnedPeers
    const place = known ? key : ''
    const before = this.toldAt.get(place)
    if (before !== undefined && now - before < REPEAT_AFTER_MS) return false
    this.toldAt.delete(place)
    this.toldAt.set(place, now)
    for (const [each, at] of this.toldAt) {
      if (now - at < REPEAT_AFTER_MS) break
      this.toldAt.delete(each)
    }
    return true
  }
}
