import { setImmediate } from 'node:timers'
import { vi } from 'vitest'
import {
  type Endpoint,
  Memberlist,
  type MemberlistOptions,
  MemoryNetwork,
} from '../../src/index.ts'
import { quick } from './quick.ts'

/** One step of the clock; also the longest that a packet is under way. */
const STEP_MS = 10

/** Turns of the event loop that every step has: more than any exchange of a step takes. */
const TURNS = 12

/**
 * Members on one network in memory, whose clock only moves when the test says so. Sockets and real
 * timers have no part in it, so a run takes as long as its work does and comes out the same.
 */
export class VirtualCluster implements AsyncDisposable {
  readonly network = new MemoryNetwork()
  readonly members: Memberlist[] = []
  private hosts = 0

  constructor() {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] })
  }

  /** Starts a member with an address of its own, unless it is given one. */
  async start(
    name: string,
    options: MemberlistOptions & { readonly at?: Endpoint } = {},
  ): Promise<Memberlist> {
    const { at = { host: `10.0.0.${++this.hosts}`, port: 7946 }, ...rest } = options
    const transport = await this.network.transport(at)
    const list = await Memberlist.create({ ...quick, ...rest, name, transport })
    this.members.push(list)
    return list
  }

  /** Starts members that all join the first, and lets them learn of each other. */
  async startAll(names: readonly string[], options: MemberlistOptions = {}): Promise<Memberlist[]> {
    const lists: Memberlist[] = []
    for (const name of names) {
      const list = await this.start(name, options)
      if (lists.length > 0) await this.join(list, lists[0])
      lists.push(list)
    }
    await this.until(() => lists.every((list) => list.members.length === names.length))
    return lists
  }

  async join(list: Memberlist, to: Memberlist): Promise<void> {
    await this.finish(list.join([addressOf(to)]))
  }

  /** Lets so many milliseconds pass. */
  async elapse(durationMs: number): Promise<void> {
    for (let passed = 0; passed < durationMs; passed += STEP_MS) await step()
  }

  /** Lets time pass until it holds; fails when it does not within the limit. */
  async until(holds: () => boolean, limitMs = 60_000): Promise<void> {
    for (let passed = 0; passed < limitMs; passed += STEP_MS) {
      if (holds()) return
      await step()
    }
    throw new Error(`It did not come about within ${limitMs} ms: ${holds.toString()}`)
  }

  /** Lets time pass until it settled, and gives its result or throws its error. */
  async finish<Result>(promise: Promise<Result>): Promise<Result> {
    let settled = false
    const mark = (): void => {
      settled = true
    }
    promise.then(mark, mark)
    await this.until(() => settled)
    return await promise
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Packets that are under way are timers too.
    this.network.packetFate = () => 'lost'
    await this.elapse(100)
    await Promise.all(this.members.map((list) => list.shutdown()))
    const left = vi.getTimerCount()
    vi.useRealTimers()
    if (left > 0) throw new Error(`${left} timers are left over after shutdown`)
  }
}

export function addressOf({ local }: Memberlist): string {
  return `${local.host}:${local.port}`
}

/** The states that a member sees the others in. */
export function view(list: Memberlist): Record<string, string> {
  return Object.fromEntries(list.allMembers.map(({ name, state }) => [name, state]))
}

async function step(): Promise<void> {
  await settle()
  vi.advanceTimersByTime(STEP_MS)
  await settle()
}

/** Lets everything happen that needs no time. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve)
    })
  }
}
