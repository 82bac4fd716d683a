// Agents as processes of their own, as a user starts them, joined with each other.
import { execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const program = `${root}packages/agent/bin/hearsay.js`

export function buildAgent() {
  const typescript = `${root}node_modules/typescript/bin/tsc`
  execFileSync(process.execPath, [typescript, '-b', `${root}packages/agent`], { stdio: 'inherit' })
}

/**
 * So many agents that see each other; `flagsOf` gives each its own flags, by its number. With
 * `profile`, a folder, each leaves a CPU profile there when it ends.
 */
export async function startAgents(count, flagsOf = () => [], profile = undefined) {
  const agents = []
  for (let number = 1; number <= count; number++) {
    const seeds = agents.flatMap(({ gossip }) => ['--join', gossip])
    agents.push(await startAgent(`bench-${number}`, [...seeds, ...flagsOf(number)], profile))
  }
  for (const agent of agents) {
    while ((await agent.json('/v1/members?state=alive')).length < count) await sleep(20)
  }
  return agents
}

/** One agent, when it is ready. `ports` are 0 for any that is free. */
export async function startAgent(name, flags, profile = undefined, ports = {}) {
  const profiling = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]
  const { gossip = 0, http = 0 } = ports
  const bound = ['--bind', `127.0.0.1:${gossip}`, '--http', `127.0.0.1:${http}`]
  const words = [
    'agent',
    '--name',
    name,
    ...bound,
    '--log-level',
    'error',
    '-o',
    'ndjson',
    ...flags,
  ]
  const child = spawn(process.execPath, [...profiling, program, ...words], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const ready = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = JSON.parse(line)
      if (event.event === 'ready') resolve(event)
    })
    ended.then(() => reject(new Error(`${name} ended before it was ready`)))
  })
  const port = Number(ready.http.split(':').at(-1))
  return {
    name,
    port,
    gossip: ready.gossip,
    pid: child.pid,
    json: async (path) => (await fetch(`http://127.0.0.1:${port}${path}`)).json(),
    cpuMs: () => cpuMs(child.pid),
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** User and system time of a process by now; the kernel counts in hundredths of a second. */
export function cpuMs(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}
