// Records packages/memberlist/test/fixtures/capture.pcap: three members of the real memberlist on
// loopback, as the kernel sees them. `node interop/capture.mjs`; needs Go, tcpdump, and the right to
// capture (root, as a rule).
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Peer } from './peer.mjs'

const path = fileURLToPath(
  new URL('../packages/memberlist/test/fixtures/capture.pcap', import.meta.url),
)
const MAX_BYTES = 60_000
const base64 = (text) => Buffer.from(text).toString('base64')
const config = {
  ProbeInterval: '300ms',
  ProbeTimeout: '100ms',
  SuspicionMult: 2,
  EnableCompression: false,
}
const ports = { a: 17946, b: 17947, c: 17948 }

const filter = Object.values(ports).map((port) => `port ${port}`)
const capture = spawn(
  'tcpdump',
  ['-i', 'lo', '-U', '-w', path, '-Z', 'root', filter.join(' or ')],
  {
    stdio: ['ignore', 'ignore', 'pipe'],
  },
)
const ended = once(capture, 'exit')
await once(capture.stderr, 'data')
const peer = await Peer.start()
try {
  for (const [member, BindPort] of Object.entries(ports)) {
    // The third compresses, so that the capture has both.
    const settings = { ...config, BindPort, EnableCompression: member === 'c' }
    await peer.call('start', { member, config: settings, meta: base64(`zone-${member}`) })
  }
  for (const member of ['b', 'c']) {
    await peer.call('join', { member, addresses: [`127.0.0.1:${ports.a}`] })
  }
  await peer.waitFor((e) => e.event === 'join' && e.member === 'b' && e.node.name === 'c')
  await peer.call('broadcast', { member: 'a', bytes: base64('to all') })
  await peer.call('send', { member: 'b', to: 'a', bytes: base64('best effort') })
  await peer.call('send', { member: 'c', to: 'a', bytes: { length: 9_000 }, reliable: true })
  await peer.waitFor((e) => e.member === 'c' && e.bytes === base64('to all'))
  await peer.call('shutdown', { member: 'c' })
  await peer.waitFor((e) => e.event === 'leave' && e.member === 'a' && e.node.name === 'c')
  await peer.call('leave', { member: 'b' })
  await peer.waitFor((e) => e.event === 'leave' && e.member === 'a' && e.node.name === 'b')
} finally {
  await peer.stop()
  capture.kill('SIGINT')
  await ended
}
const { size } = statSync(path)
if (size > MAX_BYTES) throw new Error(`${path} is ${size} bytes, more than ${MAX_BYTES}`)
process.stderr.write(`${path}: ${size} bytes\n`)
