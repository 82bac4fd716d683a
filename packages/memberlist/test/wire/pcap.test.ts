import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inspect } from '../../src/wire/inspect.ts'
import { type CapturedInput, isCapture, readCapture } from '../../src/wire/pcap.ts'
import { concat, FIRST_MS, flags, ipv4, ipv6, linked, pcap, pcapng, tcp, udp } from './captures.ts'
import { samples } from './samples.ts'
import { bytesOf } from './stream-samples.ts'

const there = { source: 40_000, destination: 7_946 }
const back = { source: 7_946, destination: 40_000 }
const both = { source: 7_946, destination: 7_947 }
const classic = { little: true, nano: false }

/** What a capture holds, in short. */
function reading(bytes: Uint8Array, ports?: number[]) {
  return readCapture(bytes, { ports })?.inputs.map(
    ({ channel, bytes: content }) => `${channel} ${Buffer.from(content).toString('latin1')}`,
  )
}

/** A file of TCP segments between 10.0.0.1 and 10.0.0.2; those from port 7946 go the other way. */
const tcpCapture = (...segments: Uint8Array[]) =>
  pcap(
    segments.map((segment) => ipv4(6, segment, { back: segment[1] === (7_946 & 0xff) })),
    101,
    classic,
  )

describe('a capture file', () => {
  const formats = [false, true].flatMap((little) => [false, true].map((nano) => ({ little, nano })))

  it.each(formats)('is read in either byte order and resolution: %o', (format) => {
    const frames = ['one', 'two', 'three', 'four', 'five'].map((text) =>
      linked(1, ipv4(17, udp(there, bytesOf(text)))),
    )
    for (const write of [pcap, pcapng]) {
      const file = readCapture(write(frames, 1, format))
      expect(file?.truncated).toBe(false)
      expect(file?.inputs.map(({ timeMs }) => timeMs - FIRST_MS)).toEqual([0, 250, 500, 750, 1_000])
      expect(file?.inputs.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual([
        'one',
        'two',
        'three',
        'four',
        'five',
      ])
    }
  })

  it.each([0, 1, 12, 14, 101, 108, 113, 276])('may have link type %i', (linkType) => {
    const frames = [
      linked(linkType, ipv4(17, udp(there, bytesOf('four')))),
      linked(linkType, ipv6(17, udp(there, bytesOf('six')))),
    ]
    const inputs = readCapture(pcap(frames, linkType, classic))?.inputs
    const source = (host: string) => ({ source: { host, port: 40_000 } })
    expect(inputs).toEqual([
      expect.objectContaining<Partial<CapturedInput>>({
        ...source('10.0.0.1'),
        destination: { host: '10.0.0.2', port: 7_946 },
      }),
      expect.objectContaining<Partial<CapturedInput>>({
        ...source('fe80::1'),
        destination: { host: 'fe80::2', port: 7_946 },
      }),
    ])
    expect(inputs?.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(['four', 'six'])
  })

  it('may have VLAN tags on its frames', () => {
    const frame = linked(1, ipv4(17, udp(there, bytesOf('tagged'))), 2)
    expect(reading(pcap([frame], 1, classic))).toEqual(['packet tagged'])
  })

  it('keeps what goes to or from the ports asked for', () => {
    const frames = [there, back, { source: 53, destination: 5_353 }].map((ends) =>
      linked(101, ipv4(17, udp(ends, bytesOf(String(ends.source))))),
    )
    const file = pcap(frames, 101, classic)
    expect(reading(file, [7_946])).toEqual(['packet 40000', 'packet 7946'])
    expect(reading(file)).toHaveLength(3)
  })

  it('counts what it does not read', () => {
    const arp = concat(new Uint8Array(12), Uint8Array.of(8, 6), new Uint8Array(28))
    const icmp = linked(1, ipv4(1, new Uint8Array(8)))
    const fragment = linked(1, ipv4(17, udp(there, bytesOf('x')), { fragment: 0x2000 }))
    const short = linked(1, ipv4(17, new Uint8Array(4)))
    const file = readCapture(pcap([arp, icmp, fragment, short], 1, classic))
    expect(file?.skipped).toEqual({ 'other-protocol': 2, fragment: 1, malformed: 1 })
    expect(file?.inputs).toEqual([])
  })

  it('may end in the middle of a frame', () => {
    const frame = linked(101, ipv4(17, udp(there, bytesOf('whole'))))
    for (const write of [pcap, pcapng]) {
      const file = write([frame, frame], 101, classic)
      const cut = readCapture(file.subarray(0, file.length - 5))
      expect([cut?.truncated, cut?.inputs.length]).toEqual([true, 1])
    }
  })

  it('is told from anything else by its first bytes', () => {
    expect(isCapture(pcap([], 1, classic))).toBe(true)
    expect(isCapture(pcapng([], 1, { little: false, nano: false }))).toBe(true)
    expect(isCapture(bytesOf('{"hex":"00"}'))).toBe(false)
    expect(isCapture(new Uint8Array(3))).toBe(false)
    expect(readCapture(bytesOf('0082a44e6f6465'))).toBeUndefined()
  })

  it('never throws, whatever became of it', () => {
    const frames = [
      linked(1, ipv4(17, udp(there, bytesOf('one')))),
      linked(1, ipv6(6, tcp(there, 7, flags.SYN))),
      linked(1, ipv6(6, tcp(there, 8, flags.ACK, bytesOf('two')))),
    ]
    const mutation = fc.record({ at: fc.nat(), value: fc.integer({ min: 0, max: 255 }) })
    fc.assert(
      fc.property(
        fc.constantFrom(pcap, pcapng),
        fc.array(mutation, { minLength: 1, maxLength: 6 }),
        fc.nat(),
        (write, mutations, cut) => {
          const file = write(frames, 1, classic)
          for (const { at, value } of mutations) file[at % file.length] = value
          const length = cut % 2 === 0 ? file.length : cut % file.length
          const found = readCapture(file.subarray(0, length))
          expect(found === undefined || found.inputs.length <= frames.length).toBe(true)
        },
      ),
      { numRuns: 1_000 },
    )
  })
})

describe('a TCP connection in a capture', () => {
  it('is a request from the side that opened it, and a reply', () => {
    const file = tcpCapture(
      tcp(both, 100, flags.SYN),
      tcp({ source: 7_947, destination: 7_946 }, 500, flags.SYN_ACK),
      tcp({ source: 7_947, destination: 7_946 }, 501, flags.ACK, bytesOf('early')),
      tcp(both, 101, flags.ACK, bytesOf('ask')),
      tcp(both, 104, flags.FIN_ACK),
    )
    expect(reading(file)).toEqual(['stream-reply early', 'stream-request ask'])
  })

  it('is put together from segments that are late, doubled, overlapping, and wrap around', () => {
    const bytes = samples.words(4_000)
    const start = 0xfffffa00
    const piece = (from: number, to: number) =>
      tcp(there, (start + 1 + from) >>> 0, flags.ACK, bytes.subarray(from, to))
    const segments = [
      tcp(there, start, flags.SYN),
      piece(1_000, 2_000),
      piece(0, 1_000),
      piece(1_500, 3_000),
      piece(0, 500),
      piece(2_900, 4_000),
    ]
    const inputs = readCapture(tcpCapture(...segments))?.inputs
    expect(inputs?.length).toBe(1)
    expect(Buffer.compare(inputs?.[0]?.bytes ?? new Uint8Array(0), bytes)).toBe(0)
  })

  it('goes as far as the capture has all of it', () => {
    const file = tcpCapture(
      tcp(there, 1, flags.SYN),
      tcp(there, 2, flags.ACK, bytesOf('abc')),
      tcp(there, 9, flags.ACK, bytesOf('xyz')),
    )
    expect(reading(file)).toEqual(['stream-request abc'])
  })

  it('that was open already is judged by its ports, else by who speaks first', () => {
    const ask = (ends: typeof there) => tcp(ends, 10, flags.ACK, bytesOf('ask'))
    expect(reading(tcpCapture(ask(back), ask(there)))).toEqual([
      'stream-reply ask',
      'stream-request ask',
    ])
    expect(reading(tcpCapture(ask(both), ask({ source: 7_947, destination: 7_946 })))).toEqual([
      'stream-request ask',
      'stream-reply ask',
    ])
  })

  it('that was open already begins at the lowest number seen', () => {
    const file = tcpCapture(
      tcp(there, 2, flags.ACK, bytesOf('cd')),
      tcp(there, 0, flags.ACK, bytesOf('ab')),
    )
    expect(reading(file)).toEqual(['stream-request abcd'])
  })

  it('may use the ports of one before it', () => {
    const file = tcpCapture(
      tcp(there, 10, flags.SYN),
      tcp(there, 10, flags.SYN),
      tcp(there, 11, flags.ACK, bytesOf('first')),
      tcp(there, 16, flags.FIN_ACK),
      tcp(there, 900, flags.SYN),
      tcp(there, 901, flags.ACK, bytesOf('second')),
    )
    expect(reading(file)).toEqual(['stream-request first', 'stream-request second'])
  })
})

describe('a capture of three members of the real memberlist', () => {
  const path = new URL('../fixtures/capture.pcap', import.meta.url)
  const found = readCapture(new Uint8Array(readFileSync(path)))
  const inspections = found?.inputs.map(({ bytes, channel }) => inspect(bytes, { channel })) ?? []

  it('decodes to the last byte', () => {
    expect(found?.skipped).toEqual({ 'other-protocol': 0, fragment: 0, malformed: 0 })
    const messages = inspections.flatMap((inspection) => inspection.messages)
    expect(messages.filter(({ type }) => type === 'error')).toEqual([])
    const types = new Set(messages.map(({ type }) => type))
    for (const type of ['ping', 'ackResp', 'alive', 'suspect', 'pushPull', 'user']) {
      expect(types).toContain(type)
    }
  })

  it('begins with a join, and its answer', () => {
    expect(inspections.slice(0, 2).map(({ channel }) => channel)).toEqual([
      'stream-request',
      'stream-reply',
    ])
    expect(inspections[0].messages[0]).toMatchObject({
      type: 'pushPull',
      Join: true,
      Nodes: [{ Name: 'b', Addr: '127.0.0.1', Meta: Buffer.from('zone-b').toString('hex') }],
    })
  })
})
