// Three agents with data directories under writes over HTTP. One is killed with SIGKILL and started
// again, time after time; then all are killed at once. At the end each acknowledged write has to be
// there on all.
//   node bench/kv-crash.mjs
//   node bench/kv-crash.mjs --kills 5 --together 1         the short form
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildAgent, startAgent } from './support/agents.mjs'
import { brokenPromises, LedgerWriter } from './support/ledger-writer.mjs'
import { Report, readFlags, summary, whole } from './support/report.mjs'

const flags = readFlags('Kills under writes', {
  kills: [100, 'times that one agent is killed'],
  together: [5, 'times that all are killed at once'],
  writers: [4, 'writers at each agent, each with one write under way'],
  bytes: [100, 'bytes of a value'],
  pause: [10, 'milliseconds between the writes of a writer'],
  life: [600, 'milliseconds that an agent lives after it is ready, at most; drawn at random'],
  patience: [120, 'seconds until all have to have all'],
})
buildAgent()

const report = new Report('Kills under writes', flags, {
  agents: '3 processes as `hearsay agent` starts them, on 127.0.0.1, each with a data directory',
  load: `${flags.writers} writers at each agent, values of ${flags.bytes} bytes; some keys written twice, some deleted`,
  kill: 'SIGKILL at a random moment; started again with the same flags, but with nobody to join: it rejoins by what it knew',
  check: 'the versions of all keys on each member against what was acknowledged',
})

const directory = mkdtempSync(join(tmpdir(), 'hearsay-crash-'))
const agents = []
const writers = []
const restartsMs = []
let isGood = true
try {
  for (let number = 0; number < 3; number++) agents.push(await start(number))
  for (const [index, agent] of agents.entries()) {
    for (let number = 0; number < flags.writers; number++) {
      const portOf = () => agents[index]?.port ?? agent.port
      const pace = { bytes: flags.bytes, pauseMs: flags.pause }
      writers.push(new LedgerWriter(`writer-${index}-${number}`, portOf, pace))
    }
  }
  const one = await course(`one agent killed ${flags.kills} times`, flags.kills, [1])
  const courses = [one]
  if (flags.together > 0) {
    const title = `all killed at once ${flags.together} times`
    courses.push(await course(title, flags.together, [0, 1, 2]))
  }
  show(courses)
} finally {
  for (const agent of agents) await agent.kill()
  rmSync(directory, { recursive: true, force: true })
}
report.say(
  `  every acknowledged write is there, and the same, on all: ${isGood ? 'reached' : 'missed'}`,
)
report.keep('verdicts', { 'every acknowledged write is there, and the same, on all': isGood })
report.finish()
if (!isGood) process.exitCode = 1

/** The same name, ports and directory at each start; whom to join only at the first. */
async function start(number) {
  const before = agents[number]
  const seeds = before === undefined && number > 0 ? ['--join', agents[0].gossip] : []
  const kept = ['--data-dir', join(directory, `${number}`)]
  const ports = before && { gossip: before.gossip.split(':').at(-1), http: before.port }
  const began = performance.now()
  const agent = await startAgent(`crash-${number}`, [...seeds, ...kept], undefined, ports)
  if (before !== undefined) restartsMs.push(performance.now() - began)
  return agent
}

async function course(name, kills, victims) {
  const before = counted()
  restartsMs.length = 0
  for (const writer of writers) writer.start()
  const began = performance.now()
  for (let kill = 1; kill <= kills; kill++) {
    await sleep(Math.random() * flags.life)
    await Promise.all(victims.map((number) => agents[number].kill()))
    await Promise.all(
      victims.map(async (number) => {
        agents[number] = await start(number)
      }),
    )
  }
  const writingSeconds = (performance.now() - began) / 1e3
  for (const writer of writers) await writer.stop()
  const { seconds, broken, keys } = await settled()
  const counts = counted()
  for (const what of Object.keys(counts)) counts[what] -= before[what]
  if (broken.length > 0) isGood = false
  const restarts = restartsMs.length > 0 ? summary([...restartsMs]) : undefined
  return { name, kills, writingSeconds, ...counts, keys, restarts, seconds, broken }
}

function counted() {
  const sum = (what) => writers.reduce((total, { counts }) => total + counts[what], 0)
  return {
    acknowledged: sum('acknowledged'),
    unanswered: sum('unanswered'),
    refused: sum('refused'),
  }
}

/** Waits until all members hold the same and nothing is missing, or patience is over. */
async function settled() {
  const began = performance.now()
  for (;;) {
    const held = await Promise.all(agents.map(versions))
    const broken = held.flatMap((each, index) =>
      brokenPromises(writers, each).map((one) => ({ member: agents[index].name, ...one })),
    )
    broken.push(...differences(held))
    const seconds = (performance.now() - began) / 1e3
    const isOver = broken.length === 0 || seconds > flags.patience
    if (isOver) return { seconds, broken, keys: held[0].size }
    await sleep(200)
  }
}

/** Keys that the members do not agree about, whatever was acknowledged. */
function differences(held) {
  const keys = new Set(held.flatMap((each) => [...each.keys()]))
  const versionsOf = (key) => held.map((each) => each.get(key) ?? 'nothing')
  return [...keys]
    .map((key) => ({ key, found: versionsOf(key) }))
    .filter(({ found }) => found.some((version) => version !== found[0]))
}

/** The version of every key that a member has. */
async function versions(agent) {
  const held = new Map()
  let after = ''
  for (;;) {
    const page = await agent.json(`/v1/kv?limit=1000${after}`)
    for (const { key, version } of page.entries) held.set(key, version)
    if (page.next === undefined || page.next === null) return held
    after = `&after=${encodeURIComponent(page.next)}`
  }
}

function show(courses) {
  report.table(
    ['', ...courses.map(({ name }) => name)],
    [
      ['writes acknowledged', ...courses.map((each) => whole(each.acknowledged))],
      ['  a second', ...courses.map((each) => whole(each.acknowledged / each.writingSeconds))],
      ['writes without an answer', ...courses.map((each) => whole(each.unanswered))],
      ['writes refused', ...courses.map((each) => whole(each.refused))],
      ['keys at the end', ...courses.map((each) => whole(each.keys))],
      ['started again after, ms, median', ...courses.map(({ restarts }) => msOf(restarts?.median))],
      ['  at most', ...courses.map(({ restarts }) => msOf(restarts?.max))],
      ['all the same after the last, s', ...courses.map(({ seconds }) => seconds.toFixed(1))],
      ['missing, or not the same on all', ...courses.map(({ broken }) => whole(broken.length))],
    ],
  )
  for (const { name, ...figures } of courses) {
    for (const one of figures.broken.slice(0, 10)) report.say(`  ${name}: ${JSON.stringify(one)}`)
    report.keep(name, figures)
  }
}

function msOf(value) {
  return value === undefined ? '-' : whole(value)
}
