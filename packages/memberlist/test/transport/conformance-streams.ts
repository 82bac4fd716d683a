import { describe, expect, it, vi } from 'vitest'
import type { StreamConnection } from '../../src/transport/transport.ts'
import type { Bench, Node } from './conformance.ts'
import { bytes, codeOf, eventually, readAll, text, turns } from './recorder.ts'

const soon = { timeoutMs: 10_000 }

/** A stream between two nodes, both of its ends. */
async function streamBetween(from: Node, to: Node): Promise<[StreamConnection, StreamConnection]> {
  const ours = await from.transport.dial(to.transport.local, soon)
  return [ours, await to.recorder.nextStream()]
}

async function writeForEver(stream: StreamConnection): Promise<never> {
  for (;;) {
    await stream.write(new Uint8Array(100_000))
    await turns(1)
  }
}

export function describeStreams(bench: Bench): void {
  const pair = async (options = {}) => {
    const [alice, bob] = [await bench.node(), await bench.node(options)]
    const [ours, theirs] = await streamBetween(alice, bob)
    return { alice, bob, ours, theirs }
  }

  describe('streams', () => {
    it('carry a request and a reply, and end on both sides', async () => {
      const { alice, bob, ours, theirs } = await pair()
      expect(ours.remote).toEqual(bob.transport.local)
      expect(theirs.remote.host).toBe(alice.transport.local.host)
      await ours.write(bytes('request'))
      expect(text(await theirs.read())).toBe('request')
      await theirs.write(bytes('reply'))
      await theirs.close()
      expect(text(await readAll(ours))).toBe('reply')
      expect(await ours.read()).toBeUndefined()
      await ours.close()
      const counters = [alice.transport.counters, bob.transport.counters]
      await eventually(() => counters.every(({ streamsOpen }) => streamsOpen === 0))
      expect(counters).toMatchObject([
        { streamsIn: 0, streamsOut: 1 },
        { streamsIn: 1, streamsOut: 0 },
      ])
    })

    it('let the peer end its side first and still be answered', async () => {
      const { ours, theirs } = await pair()
      await ours.write(bytes('all'))
      const closed = ours.close()
      expect(text(await readAll(theirs))).toBe('all')
      await closed
      await theirs.write(bytes('nobody reads this'))
      await theirs.close()
    })

    it('carry five megabytes unchanged in both directions at once', async () => {
      const { ours, theirs } = await pair()
      const sent = Buffer.alloc(5_000_000, 'abcdefg')
      const send = async (stream: StreamConnection) => {
        for (let at = 0; at < sent.length; at += 300_000) {
          await stream.write(sent.subarray(at, at + 300_000))
        }
      }
      const receive = async (stream: StreamConnection) => {
        const chunks: Uint8Array[] = []
        for (let length = 0; length < sent.length; length += chunks.at(-1)?.length ?? 0) {
          chunks.push((await stream.read()) ?? new Uint8Array())
        }
        return Buffer.concat(chunks)
      }
      const [, , atOurs, atTheirs] = await Promise.all([
        send(ours),
        send(theirs),
        receive(ours),
        receive(theirs),
      ])
      expect(atOurs.equals(sent)).toBe(true)
      expect(atTheirs.equals(sent)).toBe(true)
    })

    it('hold a writer up while nobody reads, and let it go on afterwards', async () => {
      const { ours, theirs } = await pair()
      const megabyte = new Uint8Array(1_000_000)
      let written = 0
      const writing = (async () => {
        for (; written < 64; written++) await ours.write(megabyte)
        await ours.close()
      })()
      // The writer's progress has ended when as many turns as it ever needed brought nothing more.
      for (let quiet = 0, last = -1; quiet < 200; quiet++) {
        if (written !== last) [last, quiet] = [written, 0]
        await turns(1)
      }
      expect(written).toBeLessThan(64)
      expect((await readAll(theirs)).length).toBe(64_000_000)
      await writing
    })

    it('give a writer that is held up for too long the deadline', async () => {
      const { ours, theirs } = await pair()
      ours.deadline(50)
      const write = async () => {
        for (let count = 0; count < 64; count++) await ours.write(new Uint8Array(1_000_000))
      }
      expect(await codeOf(write())).toBe('ERR_TIMEOUT')
      expect(await codeOf(ours.write(bytes('x')))).toBe('ERR_TIMEOUT')
      theirs.destroy()
    })

    it('give a reader that waits for too long the deadline', async () => {
      const { ours, theirs } = await pair()
      theirs.deadline(20)
      expect(await codeOf(theirs.read())).toBe('ERR_TIMEOUT')
      expect(await codeOf(theirs.read())).toBe('ERR_TIMEOUT')
      ours.destroy()
    })

    it('begin with the deadline of the transport, and a peer that stays silent is dropped', async () => {
      const { bob, theirs } = await pair({ streamTimeoutMs: 20 })
      expect(await codeOf(theirs.read())).toBe('ERR_TIMEOUT')
      await eventually(() => bob.transport.counters.streamsOpen === 0)
    })

    it('take a new deadline in place of the old one', async () => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
      try {
        const { ours, theirs } = await pair()
        theirs.deadline(20)
        theirs.deadline(10_000)
        const late = theirs.read()
        vi.advanceTimersByTime(9_999)
        await ours.write(bytes('late'))
        expect(text(await late)).toBe('late')
        const never = codeOf(theirs.read())
        vi.advanceTimersByTime(1)
        expect(await never).toBe('ERR_TIMEOUT')
        ours.destroy()
      } finally {
        vi.useRealTimers()
      }
    })

    it('that the handler forgets end with their deadline as well', async () => {
      const { alice, bob, ours } = await pair({ streamTimeoutMs: 20 })
      await ours.close()
      await eventually(() => bob.transport.counters.streamsOpen === 0)
      await eventually(() => alice.transport.counters.streamsOpen === 0)
    })

    it('tell the reader when the peer destroyed them, at the latest with the next write', async () => {
      const { ours, theirs } = await pair()
      theirs.destroy()
      expect([undefined, 'ERR_UNREACHABLE']).toContain(
        await ours.read().catch((error: { code: string }) => error.code),
      )
      expect(await codeOf(writeForEver(ours))).toBe('ERR_UNREACHABLE')
    })

    it('still give what came before they broke', async () => {
      const { ours, theirs } = await pair()
      await theirs.write(bytes('refused, because'))
      await turns(5)
      theirs.destroy()
      expect(await codeOf(writeForEver(ours))).toBe('ERR_UNREACHABLE')
      expect(text(await ours.read())).toBe('refused, because')
    })

    it('that we destroyed fail what waits on them, and what comes later', async () => {
      const { ours } = await pair()
      const read = codeOf(ours.read())
      ours.destroy()
      ours.destroy()
      expect(await read).toBe('ERR_ABORTED')
      expect(await codeOf(ours.read())).toBe('ERR_ABORTED')
      expect(await codeOf(ours.write(bytes('x')))).toBe('ERR_ABORTED')
      await ours.close()
    })

    it('that we closed take no more, and drop what the peer still sends', async () => {
      const { ours, theirs } = await pair()
      const read = codeOf(ours.read())
      await Promise.all([ours.close(), ours.close()])
      expect(await read).toBe('ERR_ABORTED')
      expect(await codeOf(ours.read())).toBe('ERR_ABORTED')
      expect(await codeOf(ours.write(bytes('x')))).toBe('ERR_ABORTED')
      for (let count = 0; count < 64; count++) await theirs.write(new Uint8Array(100_000))
      await theirs.close()
    })

    it('flush what was written before they are closed', async () => {
      const { ours, theirs } = await pair()
      void ours.write(new Uint8Array(3_000_000).fill(9))
      const closed = ours.close()
      expect((await readAll(theirs)).length).toBe(3_000_000)
      await closed
    })

    it('fail a close that cannot flush', async () => {
      const { ours } = await pair()
      ours.deadline(50)
      void ours.write(new Uint8Array(64_000_000)).catch(() => undefined)
      expect(await codeOf(ours.close())).toBe('ERR_TIMEOUT')
    })

    it('take one read at a time', async () => {
      const { ours, theirs } = await pair()
      const first = ours.read()
      await expect(ours.read()).rejects.toThrow('one read and one write')
      await theirs.write(bytes('for the first'))
      expect(text(await first)).toBe('for the first')
    })
  })

  describe('inbound streams', () => {
    it('over the bound are closed at once and counted, and there is room again later', async () => {
      const [alice, bob] = [await bench.node(), await bench.node({ maxStreams: 2 })]
      const [first, theirFirst] = await streamBetween(alice, bob)
      const [second, theirSecond] = await streamBetween(alice, bob)
      const third = await alice.transport.dial(bob.transport.local, soon)
      expect([undefined, 'ERR_UNREACHABLE']).toContain(
        await third.read().catch((error: { code: string }) => error.code),
      )
      third.destroy()
      expect(bob.transport.counters).toMatchObject({ streamsIn: 2, streamsRefused: 1 })
      for (const stream of [first, theirFirst]) await stream.close()
      await eventually(() => bob.transport.counters.streamsOpen === 1)
      const [fourth, theirFourth] = await streamBetween(alice, bob)
      await fourth.write(bytes('room'))
      expect(text(await theirFourth.read())).toBe('room')
      for (const stream of [second, theirSecond, fourth, theirFourth]) stream.destroy()
    })

    it('before the start are refused', async () => {
      const alice = await bench.node()
      const early = await bench.bound()
      const stream = await alice.transport.dial(early.local, soon)
      expect([undefined, 'ERR_UNREACHABLE']).toContain(
        await stream.read().catch((error: { code: string }) => error.code),
      )
      stream.destroy()
      expect(early.counters).toMatchObject({ streamsIn: 0, streamsRefused: 1 })
    })
  })

  describe('dialling', () => {
    it('an address where nobody listens fails as unreachable', async () => {
      const [alice, gone] = [await bench.node(), await bench.node()]
      await gone.transport[Symbol.asyncDispose]()
      const dialled = alice.transport.dial(gone.transport.local, soon)
      await expect(dialled).rejects.toMatchObject({
        code: 'ERR_UNREACHABLE',
        data: { ...gone.transport.local, reason: 'ECONNREFUSED' },
      })
    })

    it.each([
      ['a name', 'localhost', 7946],
      ['port 0', '127.0.0.1', 0],
      ['no port', '127.0.0.1', Number.NaN],
    ])('%s is refused', async (_what, host, port) => {
      const alice = await bench.node()
      expect(await codeOf(alice.transport.dial({ host, port }, soon))).toBe('ERR_ADDRESS')
    })

    it('stops when the signal fires, before, while, and not after', async () => {
      const [alice, bob] = [await bench.node(), await bench.node()]
      const dial = (signal: AbortSignal) =>
        alice.transport.dial(bob.transport.local, { ...soon, signal })
      expect(await codeOf(dial(AbortSignal.abort()))).toBe('ERR_ABORTED')
      const during = new AbortController()
      const dialled = codeOf(dial(during.signal))
      during.abort()
      expect(await dialled).toBe('ERR_ABORTED')
      const after = new AbortController()
      const stream = await dial(after.signal)
      after.abort()
      await stream.write(bytes('still there'))
      stream.destroy()
      await eventually(() => alice.transport.counters.streamsOpen === 0)
    })

    it('stops when the transport is closed meanwhile', async () => {
      const [alice, bob] = [await bench.node(), await bench.node()]
      const dialled = codeOf(alice.transport.dial(bob.transport.local, soon))
      await alice.transport[Symbol.asyncDispose]()
      expect(await dialled).toBe('ERR_CLOSED')
    })
  })

  describe('closing with streams open', () => {
    it('breaks them on both sides', async () => {
      const { alice, bob, ours, theirs } = await pair()
      const ourRead = codeOf(ours.read())
      const theirRead = theirs.read().catch((error: { code: string }) => error.code)
      await alice.transport[Symbol.asyncDispose]()
      expect(await ourRead).toBe('ERR_CLOSED')
      expect([undefined, 'ERR_UNREACHABLE']).toContain(await theirRead)
      theirs.destroy()
      await eventually(() => bob.transport.counters.streamsOpen === 0)
      expect(alice.transport.counters.streamsOpen).toBe(0)
    })

    it('does not wait for peers', async () => {
      const { bob } = await pair()
      await bob.transport[Symbol.asyncDispose]()
      expect(bob.transport.counters.streamsOpen).toBe(0)
    })
  })
}
