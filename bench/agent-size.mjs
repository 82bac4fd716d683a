// What an agent costs: resident memory, processor time when nothing happens, and the disk of its keys.
//   node bench/agent-size.mjs [--keys 100000]
// Three agents as processes of their own on loopback, a data directory each.
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const command = fileURLToPath(new URL('../packages/agent/bin/hearsay.js', import.meta.url))
const { values } = parseArgs({ options: { keys: { type: 'string', default: '100000' } } })
const keys = Number(values.keys)
const idleMs = 20_000
const value = 'x'.repeat(100)

/** Starts an agent and waits for its first line. */
async function start(name, other) {
  const folder = mkdtempSync(join(tmpdir(), `hearsay-size-${name}-`))
  const args = ['agent', '--name', name, '--bind', '127.0.0.1:0', '--http', '127.0.0.1:0']
  const flags = ['--data-dir', folder, '-o', 'ndjson', '--log-level', 'error']
  const joining = other === undefined ? [] : ['--join', other]
  const child = spawn(process.execPath, [command, ...args, ...flags, ...joining], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })
  const { gossip, http } = await new Promise((resolve) =>
    lines.once('line', (line) => resolve(JSON.parse(line))),
  )
  return { child, folder, gossip, url: `http://${http}`, name }
}

async function stop({ child, folder }) {
  const closed = new Promise((resolve) => child.once('close', resolve))
  child.kill('SIGTERM')
  await closed
  rmSync(folder, { recursive: true, force: true })
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const residentMiB = ({ child }) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1_024

/** User and system time of the process so far, in seconds (the kernel counts hundredths). */
function processorSeconds({ child }) {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

function diskMiB(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  const sizes = files
    .filter((file) => file.isFile())
    .map((file) => statSync(join(file.parentPath, file.name)).size)
  return sizes.reduce((sum, size) => sum + size, 0) / 1_048_576
}

async function write(agent, from, to) {
  for (let number = from; number < to; number++) {
    const answer = await fetch(`${agent.url}/v1/kv/size/${number}`, { method: 'PUT', body: value })
    await answer.arrayBuffer()
    if (answer.status >= 500) {
      await pause(50)
      number--
    }
  }
}

async function held(agent) {
  const answer = await fetch(`${agent.url}/v1/stats`)
  return (await answer.json()).kv.keys
}

const agents = []
try {
  agents.push(await start('size-1'))
  agents.push(await start('size-2', agents[0].gossip))
  agents.push(await start('size-3', agents[0].gossip))
  await pause(3_000)
  const before = agents.map(processorSeconds)
  await pause(idleMs)
  const idle = agents.map((agent, index) => processorSeconds(agent) - before[index])
  const row = (label, of) => console.log(label.padEnd(44), agents.map(of).join('  '))
  row('resident memory, no keys, MiB', (agent) => residentMiB(agent).toFixed(0).padStart(6))
  row('processor at rest, % of a core', (_, index) =>
    ((idle[index] / idleMs) * 100_000).toFixed(2).padStart(6),
  )
  const writers = 64
  const share = Math.ceil(keys / writers)
  await Promise.all(
    Array.from({ length: writers }, (_, index) =>
      write(agents[0], index * share, Math.min(keys, (index + 1) * share)),
    ),
  )
  for (const agent of agents) while ((await held(agent)) < keys) await pause(200)
  const label = `${keys} keys of 100 bytes`
  row(`resident memory, ${label}, MiB`, (agent) => residentMiB(agent).toFixed(0).padStart(6))
  row(`data directory, ${label}, MiB`, ({ folder }) => diskMiB(folder).toFixed(1).padStart(6))
} finally {
  await Promise.all(agents.map(stop))
}
