// What decoding and encoding one message costs, and what one packet costs.
//   npm run build && node bench/codec.mjs
import { randomBytes } from 'node:crypto'
import { bench, do_not_optimize, group, run } from 'mitata'

const wire = new URL('../packages/memberlist/dist/wire/', import.meta.url)
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
  const opener = new PacketOpener(security)
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
        if (!opener.open(packet)) throw new Error(opener.failure)
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

await run()
