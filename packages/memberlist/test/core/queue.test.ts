import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  Backlog,
  Broadcast,
  type BroadcastOutcome,
  TransmitLimitedQueue,
} from '../../src/core/queue.ts'
import { Registry } from '../../src/core/registry.ts'
import { CHECKSUM_LENGTH } from '../../src/wire/checksum.ts'
import { PacketBuilder } from '../../src/wire/packet.ts'
import { plain } from './messages.ts'

const MANY = Number.MAX_SAFE_INTEGER

/** A message of that length, known again by its first two bytes. */
function message(tag: string, length: number): Uint8Array {
  return Buffer.from(tag.padEnd(length, '.'))
}

class Bench {
  readonly outcomes: string[] = []
  readonly backlog = new Backlog()
  readonly queue: TransmitLimitedQueue
  private readonly builder = new PacketBuilder(plain())

  constructor(maxCount = MANY, maxBytes = MANY) {
    this.queue = new TransmitLimitedQueue(maxCount, maxBytes, this.backlog)
  }

  add(tag: string, length = tag.length, subject?: string): void {
    const finished = (outcome: BroadcastOutcome): void => {
      this.outcomes.push(`${tag} ${outcome}`)
    }
    this.queue.add(new Broadcast(subject, message(tag, length), finished))
  }

  /** The tags of one packet with room for so many bytes of messages, headers included. */
  packet({ bytes = 1_000, limit = 10, keep = 0, countHeard = false } = {}): string[] {
    const { builder } = this
    const taken: string[] = []
    builder.begin(bytes + CHECKSUM_LENGTH)
    const add = builder.add.bind(builder)
    builder.add = (part: Uint8Array) => {
      const fits = add(part)
      if (fits) taken.push(Buffer.from(part).toString().replaceAll('.', ''))
      return fits
    }
    this.queue.fill(builder, limit, keep, countHeard)
    Reflect.deleteProperty(builder, 'add')
    expect(builder.count).toBe(taken.length)
    return taken
  }
}

describe('TransmitLimitedQueue', () => {
  it('sends the newest first among messages of the same length', () => {
    const bench = new Bench()
    for (const tag of ['a', 'b', 'c']) bench.add(tag)
    expect(bench.packet()).toEqual(['c', 'b', 'a'])
  })

  it('sends the longest that still fits first', () => {
    const bench = new Bench()
    bench.add('short', 10)
    bench.add('long', 60)
    bench.add('middle', 30)
    expect(bench.packet()).toEqual(['long', 'middle', 'short'])
  })

  it('passes over what does not fit any more for what does', () => {
    const bench = new Bench()
    bench.add('short', 10)
    bench.add('long', 60)
    bench.add('middle', 30)
    expect(bench.packet({ bytes: 80 })).toEqual(['long', 'short'])
    expect(bench.packet({ bytes: 80 })).toEqual(['middle', 'short'])
  })

  it('sends what was sent least before all else, whatever the lengths', () => {
    const bench = new Bench()
    bench.add('long', 60)
    bench.packet()
    bench.add('new', 10)
    expect(bench.packet()).toEqual(['new', 'long'])
    expect(bench.packet({ bytes: 60 })).toEqual(['new'])
    expect(bench.packet({ bytes: 60 })).toEqual(['long'])
  })

  it('counts each sending, and lets go of a message that was sent to the limit', () => {
    const bench = new Bench()
    bench.add('a')
    for (let time = 0; time < 3; time++) expect(bench.packet({ limit: 3 })).toEqual(['a'])
    expect(bench.outcomes).toEqual(['a sent'])
    expect(bench.queue.length).toBe(0)
    expect(bench.queue.bytes).toBe(0)
    expect(bench.packet({ limit: 3 })).toEqual([])
  })

  it('counts what others told for sent, when it is asked to', () => {
    const bench = new Bench()
    bench.add('a', 1, 'one')
    bench.add('b', 1, 'two')
    bench.queue.heard('one', 2)
    bench.queue.heard('two', 9)
    bench.queue.heard('nobody', 9)
    expect(bench.packet({ limit: 3, countHeard: true })).toEqual(['a'])
    expect(bench.outcomes).toEqual(['b sent', 'a sent'])
    expect(bench.queue.length).toBe(0)
  })

  it('sends what others told after what nobody has, when it is asked to', () => {
    const bench = new Bench()
    bench.add('a', 1, 'one')
    bench.add('b', 1, 'two')
    bench.queue.heard('two', 1)
    expect(bench.packet({ limit: 9, countHeard: true })).toEqual(['a', 'b'])
  })

  it('sheds the oldest, however many there are and were', () => {
    const bench = new Bench(2_000)
    for (let index = 0; index < 6_000; index++) bench.add(`${index}`)
    expect(bench.queue.length).toBe(2_000)
    expect(bench.outcomes).toEqual(Array.from({ length: 4_000 }, (_, index) => `${index} shed`))
    bench.queue.clear()
    expect(bench.queue.shed).toBe(6_000)
    expect(bench.queue.bytes).toBe(0)
    expect(bench.packet()).toEqual([])
  })

  it('puts a message into a packet once', () => {
    const bench = new Bench()
    bench.add('a')
    expect(bench.packet({ bytes: 1_000 })).toEqual(['a'])
  })

  it('lets a newer message of the same subject replace the older, which starts anew', () => {
    const bench = new Bench()
    bench.add('old', 5, 'config')
    bench.add('other', 5, 'else')
    bench.packet()
    bench.packet()
    bench.add('new', 5, 'config')
    expect(bench.outcomes).toEqual(['old replaced'])
    expect(bench.packet()).toEqual(['new', 'other'])
    expect(bench.queue.length).toBe(2)
  })

  it('replaces by the identity of a name, and never a message without a subject', () => {
    const registry = new Registry(1)
    const name = registry.intern(Buffer.from('a'), 0, 1)
    const queue = new TransmitLimitedQueue(MANY, MANY, new Backlog())
    queue.add(new Broadcast(name, message('1', 1)))
    queue.add(new Broadcast('a', message('2', 1)))
    queue.add(new Broadcast(undefined, message('3', 1)))
    queue.add(new Broadcast(undefined, message('3', 1)))
    expect(queue.length).toBe(4)
    queue.add(new Broadcast(name, message('4', 1)))
    expect(queue.length).toBe(4)
  })

  it('forgets a subject when its message is sent, so that the next is no replacement', () => {
    const bench = new Bench()
    bench.add('a', 1, 'subject')
    bench.packet({ limit: 1 })
    bench.add('b', 1, 'subject')
    expect(bench.outcomes).toEqual(['a sent'])
    expect(bench.packet({ limit: 1 })).toEqual(['b'])
  })

  it('leaves the room that is kept for others', () => {
    const bench = new Bench()
    bench.add('a', 40)
    bench.add('b', 40)
    expect(bench.packet({ bytes: 100, keep: 30 })).toEqual(['b'])
    expect(bench.packet({ bytes: 100, keep: 70 })).toEqual([])
  })

  it('when there are too many lets go of the oldest, and keeps the newest', () => {
    const bench = new Bench(2)
    for (const tag of ['a', 'b', 'c', 'd']) bench.add(tag)
    expect(bench.outcomes).toEqual(['a shed', 'b shed'])
    expect(bench.queue.shed).toBe(2)
    expect(bench.packet()).toEqual(['d', 'c'])
  })

  it('when the bytes are too many lets go of the oldest, how often it was sent or not', () => {
    const bench = new Bench(MANY, 100)
    bench.add('a', 40)
    bench.packet()
    bench.add('b', 40)
    bench.add('c', 40)
    expect(bench.outcomes).toEqual(['a shed'])
    expect(bench.queue.bytes).toBe(80)
  })

  it('does not keep a message that is larger than all that may wait', () => {
    const bench = new Bench(MANY, 100)
    bench.add('a', 101)
    expect(bench.outcomes).toEqual(['a shed'])
    expect(bench.queue.length).toBe(0)
  })

  it('lets go of what is longer than any packet, and of nothing else', () => {
    const bench = new Bench()
    bench.add('a', 50)
    bench.add('b', 51)
    bench.add('c', 900, 'subject')
    bench.queue.shedLongerThan(50)
    expect(bench.outcomes).toEqual(['b shed', 'c shed'])
    expect(bench.queue.bytes).toBe(50)
  })

  it('tells all that wait when it is emptied', () => {
    const bench = new Bench()
    bench.add('a')
    bench.add('b')
    bench.queue.clear()
    expect(bench.outcomes).toEqual(['a shed', 'b shed'])
    expect(bench.queue.length).toBe(0)
  })

  it('counts what waits together with another queue', () => {
    const bench = new Bench(2)
    const other = new TransmitLimitedQueue(MANY, MANY, bench.backlog)
    other.add(new Broadcast(undefined, message('x', 1)))
    for (const tag of ['a', 'b', 'c']) bench.add(tag)
    expect(bench.backlog.count).toBe(3)
    other.clear()
    expect(bench.backlog.count).toBe(2)
  })

  it('sends at most 127 messages in one packet', () => {
    const bench = new Bench()
    for (let index = 0; index < 200; index++) bench.add(`m${index}`)
    expect(bench.packet({ bytes: 60_000 })).toHaveLength(127)
    expect(bench.packet({ bytes: 60_000 })[0]).toBe('m72')
  })
})

/** What the rules of the queue say, without regard for speed. */
class Model {
  waiting: { tag: string; length: number; sent: number; id: number; subject: string }[] = []
  private id = 0

  add(tag: string, length: number, subject: string): void {
    this.waiting = this.waiting.filter((each) => subject === '' || each.subject !== subject)
    this.waiting.push({ tag, length, sent: 0, id: this.id++, subject })
  }

  packet(bytes: number, limit: number): string[] {
    const order = this.waiting.toSorted(
      (one, other) => one.sent - other.sent || other.length - one.length || other.id - one.id,
    )
    const taken: typeof order = []
    let used = 2
    for (const each of order) {
      const alone = taken.length === 0 && each.length <= bytes
      if (!alone && used + 2 + each.length > bytes) continue
      if (!alone && taken.length === 0) continue
      taken.push(each)
      used += 2 + each.length
      if (used + 2 > bytes) break
    }
    for (const each of taken) each.sent++
    this.waiting = this.waiting.filter(({ sent }) => sent < limit)
    return taken.map(({ tag }) => tag)
  }
}

describe('TransmitLimitedQueue against a plain model', () => {
  it('gives the same packets for any adding and sending', () => {
    const step = fc.oneof(
      fc.record({
        length: fc.integer({ min: 4, max: 40 }),
        subject: fc.constantFrom('', 'p', 'q'),
      }),
      fc.record({ bytes: fc.integer({ min: 1, max: 120 }) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const bench = new Bench()
        const model = new Model()
        for (const [index, each] of steps.entries()) {
          if ('bytes' in each) {
            expect(bench.packet({ ...each, limit: 3 })).toEqual(model.packet(each.bytes, 3))
          } else {
            const subject = each.subject === '' ? undefined : each.subject
            bench.add(`m${index}`, each.length, subject)
            model.add(`m${index}`, each.length, each.subject)
          }
          expect(bench.queue.length).toBe(model.waiting.length)
          expect(bench.backlog.count).toBe(model.waiting.length)
          const bytes = model.waiting.reduce((sum, { length }) => sum + length, 0)
          expect(bench.queue.bytes).toBe(bytes)
        }
      }),
      { numRuns: 200 },
    )
  })
})
