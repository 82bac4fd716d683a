// A member that stands still for a while, in the worst moment: an ack did not come, others were
// asked to ping, and their answers come while nobody is there to read them. It wakes to a probe
// whose time is up, with the acks waiting in its socket.
//
//   pausing-member.ts block|stop MILLISECONDS ADDRESS
//
// Writes a JSON line for each event, `{"type":"stopping"}` before it has itself stopped, and when
// it has probed some more after the pause `{"type":"calm",…}`; then it leaves.
import { subscribe } from 'node:diagnostics_channel'
import { channels, Memberlist, UdpTcpTransport } from '../../../src/index.ts'
import { quick } from '../quick.ts'

const [how, milliseconds, address] = process.argv.slice(2)
const pauseMs = Number(milliseconds)
const PROBES_AFTER = 10

// Types of messages, the first byte of a packet that holds one and nothing else.
const PING = 0
const INDIRECT_PING = 1
const ACK = 2

const write = (line: object): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

const transport = await UdpTcpTransport.open({ host: '127.0.0.1', port: 0 })
const start = transport.start.bind(transport)
let losesAcks = false
transport.start = (handler) =>
  start({
    packet: (bytes, host, port) => {
      if (!losesAcks || bytes[0] !== ACK) handler.packet(bytes, host, port)
    },
    stream: (stream) => handler.stream(stream),
    failed: (error) => handler.failed(error),
  })

const list = await Memberlist.create({
  name: 'pausing',
  transport,
  ...quick,
  enableCompression: false,
})
let awake: (() => void) | undefined
const paused = new Promise<void>((resolve) => {
  awake = resolve
})
list.on('event', (event) => {
  const { type } = event
  if ('member' in event) write({ type, name: event.member.name })
  else if (type === 'pause') write({ type, pausedMs: event.pausedMs })
  else if (type === 'health') write({ type, score: event.score })
  else if (type === 'warning') write({ type, code: event.code })
  if (type === 'pause') awake?.()
})
await list.join([address])

let isDone = false
subscribe(channels.packetOut.name, (message) => {
  const [type] = (message as { bytes: Uint8Array }).bytes
  if (isDone || list.members.length < 3) return
  if (type === PING) losesAcks = true
  if (type !== INDIRECT_PING) return
  losesAcks = false
  isDone = true
  // Past the turn's reading of sockets: the next thing that the loop does is to look at the timers.
  setImmediate(standStill)
})

function standStill(): void {
  if (how === 'stop') {
    write({ type: 'stopping' })
    process.kill(process.pid, 'SIGSTOP')
    return
  }
  const until = performance.now() + pauseMs
  while (performance.now() < until);
}

await paused
const probesThen = list.stats().protocol.probes
const calm = (): boolean =>
  list.members.length === 3 && list.stats().protocol.probes >= probesThen + PROBES_AFTER
await new Promise<void>((resolve) => {
  const timer = setInterval(() => {
    if (!calm()) return
    clearInterval(timer)
    resolve()
  }, 20)
})
write({ type: 'calm', members: list.members.map(({ name, state }) => `${name} ${state}`) })
await list.leave()
await list.shutdown()
