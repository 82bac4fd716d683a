import { Buffer } from 'node:buffer'
import { expect, test } from 'vitest'
import type { Instant } from '../../src/replica/effects.ts'
import { decodeSelf, decodeVector } from '../../src/replica/meta.ts'
import { type EncodedBatch, Replica, type ReplicaBatch } from '../../src/replica/replica.ts'
import { defaultKvSettings } from '../../src/settings.ts'
import { decodeMessage } from '../../src/wire/message.ts'
import { decodeRecord } from '../../src/wire/record.ts'

const options = { ttlMs: 0, acks: 0, isTraced: false }
const text = (value: string): Uint8Array => new TextEncoder().encode(value)

/** A replica whose disk does what it is told, and that is heard in anti-entropy alone. */
class Member {
  readonly name: string
  readonly sent: Uint8Array[] = []
  readonly stored: EncodedBatch[]
  readonly replica: Replica

  constructor(name: string, stored: EncodedBatch[] = []) {
    this.name = name
    this.stored = stored
    const meta = new Map(stored.flatMap((batch) => batch.meta))
    const self = decodeSelf(meta.get('self') ?? new Uint8Array())
    const vector = decodeVector(meta.get('vector') ?? new Uint8Array())
    const restored = self && vector ? { meta: self, vector } : undefined
    const effects = {
      packetBytes: 1_300,
      send: (
        _to: string,
        bytes: Uint8Array,
        token?: { kind: 'push' | 'chunk'; member: string },
      ) => {
        const decoded = decodeMessage(bytes)
        const isPush = !('refusal' in decoded) && decoded.message.type === 'push'
        if (!isPush) this.sent.push(bytes)
        if (token) this.finished.push(token)
      },
      broadcast: () => undefined,
      setTimer: () => undefined,
      saveSoon: () => undefined,
      tell: () => undefined,
    }
    const random = (below: number) => (below > 2 ** 20 ? name.length + stored.length : 0)
    this.replica = new Replica({ settings: defaultKvSettings, effects, random }, restored)
    const records = new Map(
      stored.flatMap(({ entries }) =>
        entries.map(({ key, record }) => [Buffer.from(key).toString(), record] as const),
      ),
    )
    const entries = [...records.values()].map((record) => record && decodeRecord(record))
    this.replica.restore(entries.filter((entry) => entry !== undefined))
  }

  readonly finished: { kind: 'push' | 'chunk'; member: string }[] = []

  /** Taken, so that it is on its way to the disk. */
  take(): { batch: ReplicaBatch; encoded: EncodedBatch } {
    const batch = this.replica.takeBatch()
    return { batch, encoded: this.replica.encodeBatch(batch) }
  }

  save(at: Instant, { batch, encoded } = this.take()): void {
    this.stored.push(encoded)
    this.replica.saved(at, batch)
  }
}

test('a write that was passed over for one that a kill undid arrives all the same', () => {
  let now = 0
  const at = (): Instant => ({ now, wallMs: 1_000_000 + now })
  let one = new Member('one')
  const two = new Member('two')
  /** A round of both, with all messages and answers; the first keeps its disk to itself. */
  const round = () => {
    now += 250
    for (const member of [one, two]) member.replica.timerFired(at(), 'round')
    two.save(at())
    for (let hop = 0; hop < 6; hop++) {
      for (const [from, to] of [
        [one, two],
        [two, one],
      ] as const) {
        for (const bytes of from.sent.splice(0)) to.replica.message(at(), bytes)
        for (const token of from.finished.splice(0)) from.replica.sendFinished(at(), token, true)
      }
    }
  }
  const meet = () => {
    one.replica.start(at(), 'one')
    two.replica.start(at(), 'two')
    one.replica.memberUp(at(), 'two')
    two.replica.memberUp(at(), 'one')
  }
  meet()
  one.replica.write(at(), 'before', text('x'), options)
  one.save(at())
  one.replica.write(at(), 'key', text('acknowledged'), options)
  const acknowledged = one.take()
  // The pass of the second begins while the write is only in memory, so that it is claimed …
  for (let each = 0; each < 3; each++) round()
  one.save(at(), acknowledged)
  // … and goes on when it has been replaced, by something that never gets to the disk.
  one.replica.write(at(), 'key', text('undone'), options)
  one.take()
  for (let each = 0; each < 20; each++) round()

  two.replica.memberDown(at(), 'one')
  one = new Member('one', one.stored)
  meet()
  for (let each = 0; each < 100; each++) {
    round()
    one.save(at())
  }
  const held = (member: Member) => member.replica.state.live('key', at().wallMs)?.value
  expect(held(one)).toEqual(text('acknowledged'))
  expect(held(two)).toEqual(text('acknowledged'))
})
