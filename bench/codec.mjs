// What decoding and encoding one message costs, beside Go's way to do it, and what one packet costs.
//   node bench/codec.mjs
import { randomBytes } from 'node:crypto'
import { pathToFileURL } from 'node:url'
import { bench, do_not_optimize, group, run } from 'mitata'
import { buildLibrary } from './support/build.mjs'
import { Process } from './support/process.mjs'
import { Report, ratio, readFlags } from './support/report.mjs'

const flags = readFlags('Codec micro-benchmarks')
const TARGET_NS = 500
const report = new Report('Codec micro-benchmarks', flags, {
  figure: 'nanoseconds, the median of many samples; Go: the mean of a testing.Benchmark',
  Go: "go-msgpack as memberlist's encode and decode use it: a new handle, buffer and object for each message",
})

const wire = pathToFileURL(`${buildLibrary(flags.library)}/wire/`)
const load = (file) => import(new URL(file, wire).href)
const { Reader } = await load('reader.js')
const { Writer } = await load('writer.js')
const { PingView, decodePing, writePing } = await load('ping.js')
const { AckView, decodeAck, writeAck } = await load('ack.js')
const { AliveView, decodeAlive, writeAlive } = await load('alive.js')
const { SuspectView, decodeSuspect, writeSuspect } = await load('suspect.js')
const { crc32 } = await load('checksum.js')

const text = new TextEncoder()
const name = text.encode('node-0123')
const from = text.encode('node-0456')
const address = Uint8Array.of(10, 1, 0, 9)
const meta = randomBytes(20)
const versions = Uint8Array.of(1, 5, 2, 2, 5, 4)

const messages = {
  ping: [decodePing, new PingView(), (w) => writePing(w, 70_000, name, address, 7946, from)],
  ack: [decodeAck, new AckView(), (w) => writeAck(w, 70_000, undefined)],
  alive: [
    decodeAlive,
    new AliveView(),
    (w) => writeAlive(w, 70_000, name, address, 7946, meta, versions),
  ],
  suspect: [decodeSuspect, new SuspectView(), (w) => writeSuspect(w, 70_000, name, from)],
}

// One reader sees all messages, as in a running member, so that no call site is measured alone.
const reader = new Reader()
const writer = new Writer()
const samples = {}
for (const [kind, [, , write]] of Object.entries(messages)) {
  writer.reset()
  write(writer)
  samples[kind] = writer.take()
}
for (let round = 0; round < 20_000; round++) {
  for (const [kind, [decode, view, write]] of Object.entries(messages)) {
    reader.reset(samples[kind], 1)
    if (!decode(reader, view)) throw new Error(kind)
    writer.reset()
    write(writer)
  }
}

for (const [kind, [decode, view, write]] of Object.entries(messages)) {
  const sample = samples[kind]
  group(`${kind}, ${sample.length} bytes`, () => {
    bench(`decode ${kind}`, () => {
      reader.reset(sample, 1)
      return do_not_optimize(decode(reader, view))
    }).gc('once')
    bench(`encode ${kind}`, () => {
      writer.reset()
      write(writer)
      return do_not_optimize(writer.position)
    }).gc('once')
  })
}

const { Keyring, PacketBuilder, PacketOpener, MessageCursor } = {
  ...(await load('keyring.js')),
  ...(await load('packet.js')),
}
const plain = {
  label: new Uint8Array(0),
  skipInboundLabelCheck: false,
  keyring: undefined,
  verifyIncoming: true,
  verifyOutgoing: true,
  encryptionVersion: 1,
  compression: false,
}
const variants = {
  plain,
  labelled: { ...plain, label: text.encode('production') },
  compressed: { ...plain, compression: true },
  encrypted: { ...plain, keyring: new Keyring([randomBytes(16)]) },
}

for (const [variant, security] of Object.entries(variants)) {
  const builder = new PacketBuilder(security)
  const opener = new PacketOpener()
  const cursor = new MessageCursor()
  const build = (all) => {
    builder.begin(1400)
    builder.add(samples.ping)
    while (all && builder.add(samples.alive));
    return builder.finish(true)
  }
  group(`packet, ${variant}`, () => {
    for (const all of [false, true]) {
      const packet = build(all)
      const what = all ? `ping and gossip, ${packet.length} bytes` : `ping, ${packet.length} bytes`
      bench(`build ${what}`, () => build(all)).gc('once')
      bench(`open ${what}`, () => {
        if (!opener.open(packet, security)) throw new Error(opener.failure)
        cursor.reset(opener.bytes, opener.start, opener.end)
        let messages = 0
        while (cursor.next()) messages++
        return do_not_optimize(messages)
      }).gc('once')
    }
  })
}

const kilobyte = randomBytes(1400)
group('checksum', () => {
  for (const length of [40, 300, 1400]) {
    bench(`crc32 of ${length}`, () => do_not_optimize(crc32(kilobyte, 0, length)))
  }
})

const { benchmarks } = await run({ colors: process.stdout.isTTY === true })
await compareWithGo(new Map(benchmarks.map(({ alias, runs }) => [alias, runs[0].stats.p50])))
report.finish()

async function compareWithGo(ours) {
  const process = await Process.go(1)
  const go = await process.call('codec')
  await process.stop()
  const rows = []
  for (const kind of Object.keys(messages)) {
    for (const way of ['encode', 'decode']) {
      const [goNs, oursNs] = [go[kind][`${way}Ns`], ours.get(`${way} ${kind}`)]
      rows.push({ name: `${way} ${kind}`, goNs, oursNs, reached: oursNs < TARGET_NS })
    }
  }
  report.say()
  report.table(
    ['nanoseconds', 'Go', 'hearsay', 'ours by Go', `target ${TARGET_NS}`],
    rows.map(({ name, goNs, oursNs, reached }) => [
      name,
      goNs.toFixed(0),
      oursNs.toFixed(0),
      ratio(oursNs / goNs),
      reached ? 'reached' : 'missed',
    ]),
  )
  report.keep('codec', { rows, all: Object.fromEntries(ours) })
}
