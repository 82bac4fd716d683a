import type { KeyValueStore } from '@hearsay/kv'
import { MemberlistError } from '@hearsay/memberlist'
import type { JoinedJson } from '../http/schemas.ts'
import type { DataDirectory } from './data-directory.ts'
import { eventJson } from './event-json.ts'
import type { EventLog } from './event-log.ts'
import type { Keys } from './keys.ts'
import type { Log } from './log.ts'
import { memberJson } from './member-json.ts'
import type { AgentMemberlist } from './memberlist-port.ts'
import { Narrator } from './narrator.ts'
import { isStoreMessage } from './store-message.ts'

export interface AgentParts {
  readonly list: AgentMemberlist
  readonly store: KeyValueStore
  readonly events: EventLog
  readonly keys: Keys
  readonly log: Log
  readonly data: DataDirectory | undefined
  /** Whether events go to the log, too: not where they are readable on the same terminal. */
  readonly narratesEvents: boolean
  /** Called when a client asked the member to leave: the process ends then. */
  readonly onLeaveAsked: () => void
}

/** Pauses between attempts to join in the background: from this one on, doubling. */
const firstRetryMs = 1_000

interface AgentJoinOptions {
  readonly timeoutMs?: number
  /** Go on in the background when nobody was reached. */
  readonly retry?: boolean
  readonly signal?: AbortSignal
}

/** A member with what an operator needs around it: the event log, keys, known members. */
export class Agent {
  readonly list: AgentMemberlist
  readonly store: KeyValueStore
  readonly events: EventLog
  readonly keys: Keys
  readonly startedAt = new Date()
  readonly #parts: AgentParts
  readonly #narrator: Narrator
  /** Events from before `ready`, which is the first line whatever the member tells. */
  #held: (() => void)[] | undefined = []
  #wanted = 0
  #reached = 0
  #leaving = false
  #hasCaughtUp = false
  #saving: NodeJS.Timeout | undefined
  #hasUnsavedMembers = false
  #retrying: NodeJS.Timeout | undefined

  constructor(parts: AgentParts) {
    this.#parts = parts
    this.list = parts.list
    this.store = parts.store
    this.events = parts.events
    this.keys = parts.keys
    this.#narrator = new Narrator(parts.log, parts.narratesEvents)
    this.#tellOfStore()
    this.list.on('event', (event) => {
      if (event.type === 'message' && isStoreMessage(this.store.wire, event.bytes)) return
      this.#afterReady(() => {
        this.events.append(eventJson(event))
        this.#narrator.tell(event)
        if (event.type === 'join' || event.type === 'forget') this.#saveMembers()
      })
    })
  }

  #afterReady(tell: () => void): void {
    if (this.#held === undefined) tell()
    else this.#held.push(tell)
  }

  /** What an operator should know of the store: that it is full, and whatever it warns of. */
  #tellOfStore(): void {
    this.store.on('full', ({ full, bytes, maxBytes }) =>
      this.#afterReady(() => {
        if (full) this.events.append({ event: 'kv-full', bytes, maxBytes })
        this.#narrator.storeFull(full, maxBytes)
      }),
    )
    this.store.on('warning', ({ code, text }) => {
      // That it is full has an event of its own.
      if (code === 'full') return
      this.#afterReady(() => {
        this.events.append({ event: 'warning', code: `kv-${code}`, text })
        this.#parts.log.warn({ code: `kv-${code}` }, text)
      })
    })
  }

  announceReady(gossip: string, http: string): void {
    const member = memberJson(this.list.local)
    this.events.append({ event: 'ready', name: this.list.local.name, gossip, http, member })
    const held = this.#held ?? []
    this.#held = undefined
    for (const append of held) append()
  }

  /**
   * Ready when it left nobody waiting (something was reached, or there was nothing to reach), and
   * when its store has caught up with the others once: from then on it only ever lags a little.
   */
  get isReady(): boolean {
    return this.notReadyBecause === undefined
  }

  get notReadyBecause(): string | undefined {
    if (this.#leaving) return 'The member is leaving.'
    const alone = this.list.members.length <= 1
    if (this.#wanted > 0 && this.#reached === 0 && alone) {
      return 'None of the addresses to join has answered yet.'
    }
    const { full, peersAhead } = this.store.stats()
    // A full one cannot, and says so otherwise.
    this.#hasCaughtUp ||= peersAhead === 0 || full
    if (this.#hasCaughtUp) return undefined
    return `The key/value store does not have all yet that ${peersAhead} other members have.`
  }

  get isLeaving(): boolean {
    return this.#leaving
  }

  /**
   * Joins and tells the outcome as an event. It does not throw when nobody was reached: see
   * `reached`. With `retry` it then goes on in the background, and tells when somebody answers.
   */
  async join(addresses: readonly string[], options: AgentJoinOptions): Promise<JoinedJson> {
    const { retry = false, ...once } = options
    this.#wanted += addresses.length
    const joined = await attempt(this.list, addresses, once)
    this.#tellJoined(joined, retry)
    if (retry && joined.reached === 0) this.#retryLater(addresses, firstRetryMs)
    return joined
  }

  #tellJoined(joined: JoinedJson, isTriedAgain: boolean): void {
    this.#reached += joined.reached
    this.events.append({ event: 'joined', ...joined })
    this.#narrator.joined(joined, isTriedAgain)
  }

  #retryLater(addresses: readonly string[], delayMs: number): void {
    if (this.#leaving) return
    clearTimeout(this.#retrying)
    this.#retrying = setTimeout(() => void this.#retry(addresses, delayMs), delayMs)
    this.#retrying.unref()
  }

  async #retry(addresses: readonly string[], delayMs: number): Promise<void> {
    try {
      const joined = await attempt(this.list, addresses, {})
      if (joined.reached > 0) {
        this.#tellJoined(joined, false)
        return
      }
    } catch (error) {
      this.#parts.log.debug({ error: String(error) }, 'Joining in the background failed.')
    }
    const longest = Math.max(firstRetryMs, this.list.settings.reconnectIntervalMs)
    this.#retryLater(addresses, Math.min(delayMs * 2, longest))
  }

  /** Tells the others and ends: what a client asks for, and what a signal does. */
  async leave(timeoutMs: number, forget: boolean): Promise<void> {
    if (this.#leaving) return
    this.#writeMembers()
    this.#leaving = true
    clearTimeout(this.#saving)
    clearTimeout(this.#retrying)
    if (forget) this.#parts.data?.forgetMembers()
    try {
      await this.list.leave({ timeoutMs })
    } catch (error) {
      this.#narrator.leaveFailed(error)
    }
    this.events.append({ event: 'left', name: this.list.local.name })
  }

  leaveAsked(): void {
    this.#parts.onLeaveAsked()
  }

  /**
   * At once, since a process may be killed as soon as it has joined; and then once a second at the
   * most: a thousand members may join in one.
   */
  #saveMembers(): void {
    if (this.#parts.data === undefined) return
    this.#hasUnsavedMembers = true
    if (this.#saving !== undefined) return
    this.#writeMembers()
    this.#saving = setTimeout(() => {
      this.#saving = undefined
      if (this.#hasUnsavedMembers) this.#saveMembers()
    }, 1_000)
    this.#saving.unref()
  }

  #writeMembers(): void {
    if (this.#leaving) return
    this.#hasUnsavedMembers = false
    try {
      this.#parts.data?.saveMembers(this.list.members)
    } catch (error) {
      this.#parts.log.warn({ error: String(error) }, 'The known members could not be kept.')
    }
  }
}

async function attempt(
  list: AgentMemberlist,
  addresses: readonly string[],
  options: Omit<AgentJoinOptions, 'retry'>,
): Promise<JoinedJson> {
  try {
    const result = await list.join(addresses, options)
    return { addresses: [...addresses], reached: result.joined, errors: errorsOf(result.outcomes) }
  } catch (error) {
    if (!(error instanceof MemberlistError) || error.code !== 'ERR_JOIN') throw error
    return { addresses: [...addresses], reached: 0, errors: errorsOf(error.data['outcomes']) }
  }
}

function errorsOf(outcomes: unknown): JoinedJson['errors'] {
  if (!Array.isArray(outcomes)) return []
  return (outcomes as { address: string; error?: unknown }[]).flatMap(({ address, error }) => {
    if (!(error instanceof MemberlistError)) return []
    return [{ address, code: error.code, detail: error.message }]
  })
}
