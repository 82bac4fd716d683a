// Three agents, keys written over HTTP at one and read at the others: how fast, at what price on the
// wire, whether any acknowledged write is lost, also under more than an agent takes; and reads
// beside a bare node:http handler.
//   node bench/kv-load.mjs                    in memory
//   node bench/kv-load.mjs --durable 1        each with a data directory
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { buildAgent, cpuMs, startAgents } from './support/agents.mjs'
import { get, put, sendAll } from './support/http-load.mjs'
import { median, Report, ratio, readFlags, summary, whole } from './support/report.mjs'

const flags = readFlags('Keys over HTTP at three agents', {
  keys: [10_000, 'keys that are written'],
  bytes: [100, 'bytes of a value'],
  connections: [64, 'connections that write'],
  flood: [2_000, 'connections that write at a time under overload'],
  reads: [40_000, 'reads of a turn'],
  turns: [5, 'turns of reading, each at the agent and at the bare handler'],
  durable: [0, '1: each agent with a data directory'],
  patience: [300, 'seconds until the last replica has to have all'],
})
buildAgent()

// Together more than the bodies that an agent holds at a time.
const LARGE_COUNT = 12
const LARGE_BYTES = 16_777_216

const report = new Report('Keys over HTTP at three agents', flags, {
  agents: `3 processes as \`hearsay agent\` starts them, on 127.0.0.1${flags.durable ? ', each with a data directory' : ', in memory'}`,
  load: `${flags.keys} keys of ${flags.bytes} bytes by PUT /v1/kv/{key} at one, ${flags.connections} connections with one write each under way`,
  wire: 'all bytes of packets and streams that the three members sent, gossip and probes included',
  reads:
    'GET of one key by 16 connections with 8 under way; user and system time of the answering process',
})

const directory = mkdtempSync(join(tmpdir(), 'hearsay-bench-'))
const perAgent = (number) => (flags.durable ? ['--data-dir', join(directory, `${number}`)] : [])
const flagsOf = (number) => [...perAgent(number), '--kv-max-bytes', '1GiB']
const agents = await startAgents(3, flagsOf, flags.profile)
const [first, ...others] = agents
const verdicts = {}
try {
  await measureWrites()
  await measureOverload()
  await measureReads()
} finally {
  await Promise.all(others.map((agent) => agent.stop()))
  await first.stop()
  rmSync(directory, { recursive: true })
}
for (const [target, reached] of Object.entries(verdicts)) {
  report.say(`  ${target}: ${reached ? 'reached' : 'missed'}`)
}
report.keep('verdicts', verdicts)
report.finish()
if (Object.values(verdicts).some((reached) => !reached)) process.exitCode = 1

function keyOf(prefix, index) {
  return `${prefix}/${`${index}`.padStart(8, '0')}`
}

/** Bytes that no other key has, so that a mix-up is seen, and that do not compress. */
function contentOf(key, bytes) {
  return createHash('shake256', { outputLength: bytes }).update(key).digest()
}

async function writeAll(prefix, count, bytes, connections) {
  const keys = Array.from({ length: count }, (_, index) => keyOf(prefix, index))
  const requests = keys.map((key) => put(`/v1/kv/${key}`, contentOf(key, bytes)))
  const acknowledged = new Set()
  const statuses = {}
  const seconds = await sendAll(first.port, requests, {
    connections,
    depth: 1,
    answered: (index, status) => {
      statuses[status] = (statuses[status] ?? 0) + 1
      if (status === 200) acknowledged.add(keys[index])
    },
  })
  return { acknowledged, statuses, seconds, answeredAt: performance.now() }
}

/** Seconds from the last answer until every other agent has so many keys; undefined: not in time. */
async function untilReplicated(count, answeredAt) {
  for (;;) {
    const stats = await Promise.all(others.map((agent) => agent.json('/v1/stats')))
    const seconds = (performance.now() - answeredAt) / 1e3
    if (stats.every(({ kv }) => kv.keys >= count)) return seconds
    if (seconds > flags.patience) return undefined
    await sleep(10)
  }
}

/** Acknowledged keys that are not at every agent with the value that was written. */
async function lost(keys, bytes) {
  const all = [...keys]
  const missing = new Set()
  for (const { port } of agents) {
    const requests = all.map((key) => get(`/v1/kv/${key}`))
    const answered = (index, status) => status !== 200 && missing.add(all[index])
    await sendAll(port, requests, { connections: 16, depth: 8, answered })
    for (let index = 0; index < all.length; index += Math.ceil(all.length / 200)) {
      const response = await fetch(`http://127.0.0.1:${port}/v1/kv/${all[index]}`)
      const value = Buffer.from(await response.arrayBuffer())
      if (!value.equals(contentOf(all[index], bytes))) missing.add(all[index])
    }
  }
  return missing.size
}

async function wireBytes() {
  const stats = await Promise.all(agents.map((agent) => agent.json('/v1/stats')))
  return stats.reduce((sum, { transport, streams }) => {
    return sum + transport.packetBytesOut + streams.bytesSent
  }, 0)
}

async function measureWrites() {
  await writeAll('warm-up', 2_000, flags.bytes, flags.connections)
  await untilReplicated(2_000, performance.now())
  const before = { wire: await wireBytes(), cpu: agents.map((agent) => agent.cpuMs()) }
  const written = await writeAll('load', flags.keys, flags.bytes, flags.connections)
  const behind = await untilReplicated(2_000 + flags.keys, written.answeredAt)
  const wire = ((await wireBytes()) - before.wire) / flags.keys
  const cpuUs = agents.map((agent, index) => {
    return ((agent.cpuMs() - before.cpu[index]) * 1e3) / flags.keys
  })
  const missing = await lost(written.acknowledged, flags.bytes)
  report.say('Writes')
  report.table(
    ['', ''],
    [
      ['writes/s', whole(flags.keys / written.seconds)],
      ['answers by status', JSON.stringify(written.statuses)],
      ['last replica has all, s after the last answer', behind?.toFixed(3) ?? 'never'],
      ['bytes on the wire per write', whole(wire)],
      ['of them to carry key and value twice', whole(2 * (flags.bytes + keyOf('load', 0).length))],
      ['CPU us per write: where written, the others', cpuUs.map(whole).join(', ')],
      ['acknowledged and not everywhere', missing],
    ],
  )
  verdicts['every write was acknowledged, and is at all three'] =
    written.acknowledged.size === flags.keys && behind !== undefined && missing === 0
  const { seconds, statuses } = written
  report.keep('writes', { perSecond: flags.keys / seconds, behind, wire, cpuUs, statuses, missing })
}

async function measureOverload() {
  const small = await writeAll('flood', flags.keys, flags.bytes, flags.flood)
  const large = await writeAll('large', LARGE_COUNT, LARGE_BYTES, LARGE_COUNT)
  const count = 2_000 + flags.keys + small.acknowledged.size + large.acknowledged.size
  const behind = await untilReplicated(count, large.answeredAt)
  const missing =
    (await lost(small.acknowledged, flags.bytes)) + (await lost(large.acknowledged, LARGE_BYTES))
  const answers = (statuses) => JSON.stringify(statuses).replace('"0"', '"broken"')
  report.say('More than an agent takes')
  report.table(
    ['', ''],
    [
      [`${flags.keys} writes at ${flags.flood} connections, by status`, answers(small.statuses)],
      ['acknowledged/s', whole(small.acknowledged.size / small.seconds)],
      [`${LARGE_COUNT} values of 16 MiB at once, by status`, answers(large.statuses)],
      ['last replica has all, s after the last answer', behind?.toFixed(3) ?? 'never'],
      ['acknowledged and not everywhere', missing],
    ],
  )
  const statuses = [...Object.keys(small.statuses), ...Object.keys(large.statuses)]
  verdicts['overload is answered with 429 or 503, and nothing else'] = statuses.every((status) =>
    ['200', '429', '503'].includes(status),
  )
  verdicts['under overload no acknowledged write is lost'] = behind !== undefined && missing === 0
  report.keep('overload', {
    statuses: { small: small.statuses, large: large.statuses },
    acknowledgedPerSecond: small.acknowledged.size / small.seconds,
    behind,
    missing,
  })
}

async function measureReads() {
  const program = fileURLToPath(new URL('support/bare-server.mjs', import.meta.url))
  const bare = spawn(process.execPath, [program, `${flags.bytes}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const barePort = Number(String((await once(bare.stdout, 'data'))[0]))
  const key = keyOf('load', 0)
  const contestants = [
    { name: 'bare node:http handler', port: barePort, pid: bare.pid, path: '/' },
    { name: 'GET /v1/kv/{key}', port: first.port, pid: first.pid, path: `/v1/kv/${key}` },
    { name: 'GET /get?key=', port: first.port, pid: first.pid, path: `/get?key=${key}` },
  ].map((each) => ({ ...each, perSecond: [], perCpuSecond: [] }))
  for (let turn = -1; turn < flags.turns; turn++) {
    for (const each of contestants) {
      const { cpuSeconds, seconds } = await readTurn(each)
      // The first turn is for the compiler.
      if (turn < 0) continue
      each.perSecond.push(flags.reads / seconds)
      each.perCpuSecond.push(flags.reads / cpuSeconds)
    }
  }
  bare.kill()
  const [reference, ...ours] = contestants
  const share = (each, of) => median(each[of].map((value, turn) => value / reference[of][turn]))
  report.say('Reads')
  report.table(
    ['', 'reads/s', 'reads/CPU-s', 'by the bare one, time', 'CPU'],
    contestants.map((each) => [
      each.name,
      whole(median(each.perSecond)),
      whole(median(each.perCpuSecond)),
      ratio(share(each, 'perSecond')),
      ratio(share(each, 'perCpuSecond')),
    ]),
  )
  verdicts['reads at no less than half of a bare handler'] = ours.every(
    (each) => share(each, 'perCpuSecond') >= 0.5,
  )
  report.keep(
    'reads',
    contestants.map(({ name, perSecond, perCpuSecond }) => ({
      name,
      perSecond: summary(perSecond),
      perCpuSecond: summary(perCpuSecond),
    })),
  )
}

async function readTurn({ port, pid, path }) {
  const requests = Array.from({ length: flags.reads }, () => get(path))
  const before = cpuMs(pid)
  let failed = 0
  const answered = (_, status) => {
    if (status !== 200) failed++
  }
  const seconds = await sendAll(port, requests, { connections: 16, depth: 8, answered })
  if (failed > 0) throw new Error(`${failed} reads of ${path} failed`)
  return { seconds, cpuSeconds: (cpuMs(pid) - before) / 1e3 }
}
