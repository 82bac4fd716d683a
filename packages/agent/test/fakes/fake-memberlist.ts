import { EventEmitter } from 'node:events'
import {
  type Endpoint,
  type JoinOptions,
  type JoinResult,
  Keyring,
  lan,
  type Member,
  MemberlistError,
  type MemberlistEvent,
  type MemberlistStats,
  rejectionReasons,
  type Settings,
  type Target,
} from '@hearsay/memberlist'
import type { AgentMemberlist } from '../../src/agent/memberlist-port.ts'

const versions = { min: 1, max: 5, current: 2 }

export function memberOf(name: string, more: Partial<Member> = {}): Member {
  return {
    name,
    host: '127.0.0.1',
    port: 7_946,
    state: 'alive',
    incarnation: 1,
    meta: new Uint8Array(0),
    protocol: versions,
    delegate: { min: 0, max: 0, current: 0 },
    local: false,
    since: Date.UTC(2026, 0, 2, 3, 4, 5),
    roundTripMs: undefined,
    suspicion: undefined,
    ...more,
  }
}

/** What was asked of the member: the call, and what it was given. */
export type Asked = readonly [call: string, ...parts: readonly unknown[]]

/** A member without a network: it remembers what it was asked, and tells what the test says. */
export class FakeMemberlist implements AgentMemberlist {
  readonly asked: Asked[] = []
  readonly bound: Endpoint = { host: '127.0.0.1', port: 7_946 }
  readonly settings: Settings = lan()
  readonly keyring: Keyring | undefined
  readonly health = 0
  allMembers: Member[]
  /** Thrown by whatever is asked next. */
  failure: Error | undefined
  /** What leaving waits for. */
  leaving: Promise<void> = Promise.resolve()
  joinErrors: { readonly address: string; readonly error: MemberlistError }[] = []
  readonly #emitter = new EventEmitter()

  constructor(members: readonly Member[] = [], keys: readonly Uint8Array[] = []) {
    this.allMembers = [memberOf('self', { local: true }), ...members]
    this.keyring = keys.length === 0 ? undefined : new Keyring(keys)
  }

  get local(): Member {
    return this.allMembers[0] ?? memberOf('self', { local: true })
  }

  get members(): readonly Member[] {
    return this.allMembers.filter(({ state }) => state === 'alive' || state === 'suspect')
  }

  member(name: string): Member | undefined {
    return this.allMembers.find((member) => member.name === name)
  }

  on(name: 'event', listener: (event: MemberlistEvent) => void): void {
    this.#emitter.on(name, listener)
  }

  tell(event: MemberlistEvent): void {
    this.#emitter.emit('event', event)
  }

  async join(addresses: readonly string[], options: JoinOptions = {}): Promise<JoinResult> {
    this.#ask('join', addresses, { timeoutMs: options.timeoutMs, retry: options.retry })
    const outcomes = addresses.map((address) => ({
      address,
      name: undefined,
      resolved: undefined,
      error: this.joinErrors.find((each) => each.address === address)?.error,
    }))
    const errors = outcomes.filter(({ error }) => error !== undefined)
    if (errors.length < outcomes.length) {
      return { joined: outcomes.length - errors.length, outcomes, errors }
    }
    throw new MemberlistError('ERR_JOIN', 'None was reached.', { data: { outcomes } })
  }

  broadcast(bytes: Uint8Array, options: { readonly name?: string } = {}) {
    this.#ask('broadcast', Buffer.from(bytes).toString('hex'), options.name)
    return { finished: Promise.resolve('sent' as const) }
  }

  async send(to: Target, bytes: Uint8Array): Promise<void> {
    this.#ask('send', nameOf(to), Buffer.from(bytes).toString('hex'))
  }

  async sendReliable(to: Target, bytes: Uint8Array): Promise<void> {
    this.#ask('sendReliable', nameOf(to), bytes.length)
  }

  async ping(to: string | Member) {
    this.#ask('ping', nameOf(to))
    return { roundTripMs: 1.25, payload: new Uint8Array([0]) }
  }

  async updateMeta(bytes: Uint8Array): Promise<void> {
    this.#ask('updateMeta', Buffer.from(bytes).toString('hex'))
    this.allMembers = [{ ...this.local, meta: bytes }, ...this.allMembers.slice(1)]
  }

  async leave(): Promise<void> {
    this.#ask('leave')
    await this.leaving
  }

  async shutdown(): Promise<void> {
    this.#ask('shutdown')
  }

  stats(): MemberlistStats {
    const counted = (state: string) => this.allMembers.filter((each) => each.state === state).length
    const some = new Proxy({}, { get: () => 7, ownKeys: () => [] })
    return {
      members: {
        alive: counted('alive'),
        suspect: counted('suspect'),
        failed: counted('failed'),
        left: counted('left'),
      },
      health: 3,
      queue: { membership: 1, user: 2, userBytes: 30, shed: 4 },
      protocol: some as MemberlistStats['protocol'],
      streams: some as MemberlistStats['streams'],
      transport: some as MemberlistStats['transport'],
      rejected: Object.fromEntries(
        rejectionReasons.map((reason) => [reason, reason === 'no-key' ? 5 : 0]),
      ) as MemberlistStats['rejected'],
    }
  }

  #ask(...asked: Asked): void {
    this.asked.push(asked)
    const { failure } = this
    this.failure = undefined
    if (failure !== undefined) throw failure
  }
}

function nameOf(to: Target): string {
  if (typeof to === 'string') return to
  return 'name' in to ? to.name : `${to.host}:${to.port}`
}
