import { describe, expect, it, vi } from 'vitest'
import type { Bench, Node } from './conformance.ts'
import { bytes, codeOf, eventually, Recorder, text } from './recorder.ts'

const send = (from: Node, to: Node, content: Uint8Array): boolean =>
  from.transport.sendPacket(content, to.transport.local.host, to.transport.local.port)

export function describePackets(bench: Bench): void {
  describe('packets', () => {
    it('arrive whole, in order, with the address of their sender', async () => {
      const [alice, bob] = [await bench.node(), await bench.node()]
      expect(send(alice, bob, bytes('one'))).toBe(true)
      expect(send(alice, bob, bytes(''))).toBe(true)
      expect(send(alice, bob, bytes('three'))).toBe(true)
      const packets = await bob.recorder.received(3)
      expect(packets.map((packet) => text(packet.bytes))).toEqual(['one', '', 'three'])
      for (const { host, port } of packets) expect({ host, port }).toEqual(alice.transport.local)
    })

    it('can be answered to the address that they came from', async () => {
      const [alice, bob] = [await bench.node(), await bench.node()]
      bob.recorder.onPacket = (packet) => {
        bob.transport.sendPacket(packet.bytes, packet.host, packet.port)
      }
      for (let count = 0; count < 200; count++) send(alice, bob, Uint8Array.of(count))
      const echoed = await alice.recorder.received(200)
      expect(echoed.map((packet) => packet.bytes[0])).toEqual([...Array(200).keys()])
      expect(bob.transport.counters.packetsOut).toBe(200)
    })

    it('reach a transport that sends to itself', async () => {
      const alice = await bench.node()
      send(alice, alice, bytes('me'))
      expect(text((await alice.recorder.received(1))[0]?.bytes)).toBe('me')
    })

    it('belong to the receiver, who may write into them', async () => {
      const [alice, bob, carol] = [await bench.node(), await bench.node(), await bench.node()]
      const content = bytes('same')
      bob.recorder.onPacket = (packet) => packet.bytes.fill(0)
      send(alice, bob, content)
      await bob.recorder.received(1)
      send(alice, carol, content)
      expect(text((await carol.recorder.received(1))[0]?.bytes)).toBe('same')
    })

    it('are not handed over before the sender goes on', async () => {
      const alice = await bench.node()
      send(alice, alice, bytes('x'))
      expect(alice.recorder.packets).toHaveLength(0)
      await alice.recorder.received(1)
    })

    it('are taken up to the maximum and refused above it', async () => {
      const [alice, bob] = [await bench.node(), await bench.node()]
      const { maxPacketBytes } = alice.transport
      expect(send(alice, bob, new Uint8Array(maxPacketBytes + 1))).toBe(false)
      expect(alice.transport.counters.sendFailures).toEqual({ EMSGSIZE: 1 })
      expect(send(alice, bob, new Uint8Array(maxPacketBytes).fill(7))).toBe(true)
      expect((await bob.recorder.received(1))[0]?.bytes).toHaveLength(maxPacketBytes)
    })

    it('to nobody are lost without harm', async () => {
      const [alice, bob, gone] = [await bench.node(), await bench.node(), await bench.node()]
      await gone.transport[Symbol.asyncDispose]()
      for (let count = 0; count < 5; count++) expect(send(alice, gone, bytes('x'))).toBe(true)
      send(alice, bob, bytes('after'))
      await bob.recorder.received(1)
      expect(alice.recorder.failures).toEqual([])
    })

    it.each([
      ['no host', '', 7946],
      ['port 0', undefined, 0],
      ['a port over 65535', undefined, 65_536],
      ['a negative port', undefined, -1],
      ['half a port', undefined, 7946.5],
      ['no number as port', undefined, Number.NaN],
    ])('to %s are refused at once', async (_what, host, port) => {
      const alice = await bench.node()
      const { local, counters } = alice.transport
      expect(alice.transport.sendPacket(bytes('x'), host ?? local.host, port)).toBe(false)
      expect(counters).toMatchObject({ packetsOut: 0, sendFailures: { EINVAL: 1 } })
    })

    it('to what is no address do no harm', async () => {
      const alice = await bench.node()
      alice.transport.sendPacket(bytes('x'), 'no address', 7946)
      send(alice, alice, bytes('after'))
      await alice.recorder.received(1)
    })

    it('to an address of a family that the socket cannot reach are refused at once', async () => {
      const alice = await bench.node()
      const other = alice.transport.local.host.includes(':') ? '127.0.0.1' : '::1'
      expect(alice.transport.sendPacket(bytes('x'), other, 7946)).toBe(false)
      expect(alice.transport.counters.sendFailures).toEqual({ EAFNOSUPPORT: 1 })
    })

    it('are counted with their bytes on both sides', async () => {
      const [alice, bob] = [await bench.node(), await bench.node()]
      send(alice, bob, bytes('four'))
      send(alice, bob, bytes('seven..'))
      await bob.recorder.received(2)
      expect(alice.transport.counters).toMatchObject({ packetsOut: 2, packetBytesOut: 11 })
      expect(bob.transport.counters).toMatchObject({ packetsIn: 2, packetBytesIn: 11 })
    })

    it('that come before the start are dropped and counted', async () => {
      const alice = await bench.node()
      const early = await bench.bound()
      alice.transport.sendPacket(bytes('early'), early.local.host, early.local.port)
      await eventually(() => early.counters.packetsEarly === 1)
      const recorder = new Recorder()
      early.start(recorder)
      alice.transport.sendPacket(bytes('late'), early.local.host, early.local.port)
      expect(text((await recorder.received(1))[0]?.bytes)).toBe('late')
      expect(() => early.start(recorder)).toThrow('once')
    })

    it('cost no timer', async () => {
      const timers = vi.spyOn(globalThis, 'setTimeout')
      try {
        const [alice, bob] = [await bench.node(), await bench.node()]
        send(alice, bob, bytes('x'))
        await bob.recorder.received(1)
        await bob.transport.drain()
        expect(timers).not.toHaveBeenCalled()
      } finally {
        timers.mockRestore()
      }
    })
  })

  describe('drain', () => {
    /** Sends so many packets within one turn, so that all wait when `drain` is called. */
    const flood = (from: Node, to: Node, count: number): void => {
      for (let index = 0; index < count; index++) send(from, to, Uint8Array.of(index))
    }

    it('hands over what waits, also when that is much more than one turn reads', async () => {
      const [alice, bob] = [await bench.node(), await bench.node()]
      const count = Math.min(1_000, bench.lab.roomForPackets)
      flood(alice, bob, count)
      expect(bob.recorder.packets).toHaveLength(0)
      await bob.transport.drain()
      expect(bob.recorder.packets).toHaveLength(count)
    })

    it.each([
      ['a timer', (run: () => void) => void setTimeout(run, 0)],
      ['the check phase', (run: () => void) => void setImmediate(run)],
    ])('does so when called from %s', async (_where, later) => {
      const [alice, bob] = [await bench.node(), await bench.node()]
      await new Promise<void>((resolve) => later(resolve))
      flood(alice, bob, 100)
      await bob.transport.drain()
      expect(bob.recorder.packets).toHaveLength(100)
    })

    it('does so when called while another socket is being read', async () => {
      const [alice, bob, carol] = [await bench.node(), await bench.node(), await bench.node()]
      const drained = new Promise<number>((resolve) => {
        carol.recorder.onPacket = () => {
          flood(alice, bob, 100)
          void bob.transport.drain().then(() => resolve(bob.recorder.packets.length))
        }
      })
      send(alice, carol, bytes('now'))
      expect(await drained).toBe(100)
    })

    it('ends although a peer never stops sending', async () => {
      const alice = await bench.node()
      alice.recorder.onPacket = (packet) => send(alice, alice, packet.bytes)
      send(alice, alice, bytes('for ever'))
      await alice.transport.drain()
      alice.recorder.onPacket = undefined
    })

    it('resolves on a quiet transport and on a closed one', async () => {
      const alice = await bench.node()
      await alice.transport.drain()
      await alice.transport[Symbol.asyncDispose]()
      await alice.transport.drain()
    })
  })

  describe('closing', () => {
    it('delivers nothing more, though packets are on their way', async () => {
      const [alice, bob] = [await bench.node(), await bench.node()]
      for (let count = 0; count < 100; count++) send(alice, bob, bytes('x'))
      await bob.transport[Symbol.asyncDispose]()
      await alice.transport.drain()
      expect(bob.recorder.packets).toHaveLength(0)
    })

    it('in the middle of a packet ends the packets there', async () => {
      const [alice, bob] = [await bench.node(), await bench.node()]
      const closed = new Promise<void>((resolve) => {
        bob.recorder.onPacket = () => void bob.transport[Symbol.asyncDispose]().then(resolve)
      })
      for (let count = 0; count < 20; count++) send(alice, bob, bytes('x'))
      await closed
      expect(bob.recorder.packets).toHaveLength(1)
    })

    it('can be asked for twice, and refuses what comes after', async () => {
      const [alice, bob] = [await bench.node(), await bench.node()]
      await Promise.all([
        alice.transport[Symbol.asyncDispose](),
        alice.transport[Symbol.asyncDispose](),
      ])
      expect(send(alice, bob, bytes('x'))).toBe(false)
      const dialled = alice.transport.dial(bob.transport.local, { timeoutMs: 1_000 })
      expect(await codeOf(dialled)).toBe('ERR_CLOSED')
      expect(alice.transport.counters.packetsOut).toBe(0)
    })

    it('frees the address at once', async () => {
      const first = await bench.node()
      const { port } = first.transport.local
      await first.transport[Symbol.asyncDispose]()
      const second = await bench.node({ port })
      expect(second.transport.local).toEqual(first.transport.local)
    })

    it('leaves the address of a living transport taken', async () => {
      const { transport } = await bench.node()
      expect(await codeOf(bench.bound({ port: transport.local.port }))).toBe('ERR_ADDRESS_IN_USE')
    })
  })
}
