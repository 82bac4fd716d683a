// The simulator's speed and size: how much sooner than real time a cluster is simulated, on one core.
//   node bench/simulator.mjs
//   node bench/simulator.mjs --large 0          without the run of 10,000 members
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Report, readFlags, summary, whole } from './support/report.mjs'

const flags = readFlags('The simulator', {
  rest: [300, 'virtual seconds at rest that are measured'],
  processes: [7, 'processes that measure 1,000 members at rest'],
  large: [10_000, 'members of the large cluster; 0: none'],
  'large-rest': [20, 'virtual seconds at rest of the large one'],
  bootstrap: [2_000, 'members that start from nothing; 0: none'],
  seeds: [60, 'seeds of the swarm, from which a thousand are reckoned'],
})
const SETTLED_MS = 20_000
const LARGE_MEBIBYTES = 8_192
const BOOTSTRAP_SECONDS = 120
const SWARM_SECONDS = 600
const SWARM_CORES = 2

const root = fileURLToPath(new URL('..', import.meta.url))
const typescript = `${root}node_modules/typescript/bin/tsc`
execFileSync(process.execPath, [typescript, '-b', `${root}packages/simulator`], {
  stdio: 'inherit',
})

const report = new Report('The simulator', flags, {
  runs: 'LAN settings, real bytes, full views, no checkers; each in a process of its own, one thread',
  seconds:
    'of processor time of the whole process, its garbage collection included: what other processes do to a wall clock is not in it',
  speed: `virtual seconds by processor seconds, from ${SETTLED_MS / 1e3} virtual seconds on`,
  memory: 'the most that the process had resident',
})

const rows = []
const verdicts = []

const rest = Array.from({ length: flags.processes }, () =>
  measure({
    ...{ scenario: 'steady', nodes: 1_000, seed: 1, settledMs: SETTLED_MS },
    forMs: SETTLED_MS + flags.rest * 1e3,
  }),
).sort((one, other) => speedOf(one) - speedOf(other))
const middle = rest[rest.length >> 1]
keep('1,000 members at rest, the process in the middle', middle)
const speeds = summary(rest.map(speedOf))
const spread = `median of ${rest.length}, ${speeds.min.toFixed(1)}…${speeds.max.toFixed(1)}`
judge(`1,000 at rest, 100 times faster than real time (${spread})`, speeds.median, 100)

if (flags.large > 0) {
  const nodes = flags.large
  const large = measure({
    ...{ scenario: 'steady', nodes, seed: 1, settledMs: SETTLED_MS },
    forMs: SETTLED_MS + flags['large-rest'] * 1e3,
  })
  keep(`${whole(nodes)} members at rest`, large)
  const isWithin = large.mebibytes <= LARGE_MEBIBYTES
  judge(`${whole(nodes)} at rest, faster than real time`, speedOf(large), 1)
  verdict('and within 8 GiB', `${whole(large.mebibytes)} MiB`, isWithin)
}

if (flags.bootstrap > 0) {
  const nodes = flags.bootstrap
  const bootstrap = measure({
    ...{ scenario: 'bootstrap', nodes, seed: 1, forMs: 120_000, untilAllKnow: true },
  })
  keep(`${whole(nodes)} members, from nothing until all know all`, bootstrap)
  const isSoon = bootstrap.isDone && bootstrap.cpuSeconds < BOOTSTRAP_SECONDS
  const figure = seconds(bootstrap.cpuSeconds)
  verdict(`${whole(nodes)} from nothing, within two minutes`, figure, isSoon)
}

const swarm = measure({ swarm: { from: 1, seeds: flags.seeds } })
keep(`${flags.seeds} seeds of the swarm, checked`, swarm)
const thousand = (swarm.cpuSeconds / flags.seeds / SWARM_CORES) * 1_000
const isQuick = swarm.isDone && thousand < SWARM_SECONDS
verdict('a thousand seeds on two cores, within ten minutes', seconds(thousand), isQuick)

report.table(['run', 'virtual', 'processor', 'speed', 'events by second', 'memory'], rows)
for (const [target, figure, isReached] of verdicts) {
  report.say(`  ${target}: ${figure}: ${isReached ? 'reached' : 'missed'}`)
}
report.keep('simulator', { rows, verdicts })
report.finish()

function measure(task) {
  const profile =
    flags.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${flags.profile}`]
  const words = [...profile, `${root}bench/support/simulate.mjs`, JSON.stringify(task)]
  const outcome = execFileSync(process.execPath, words, { encoding: 'utf8' })
  // A long run that is given up has told what it had by then.
  console.error(`${JSON.stringify(task)}: ${outcome.trim()}`)
  return JSON.parse(outcome)
}

function seconds(value) {
  return `${value.toFixed(1)} s`
}

function speedOf({ settled, virtualSeconds, cpuSeconds }) {
  const { virtualSeconds: virtual, cpuSeconds: cpu } = settled ?? { virtualSeconds, cpuSeconds }
  return virtual / cpu
}

function keep(name, outcome) {
  const { events, virtualSeconds, cpuSeconds, mebibytes } = outcome
  rows.push([
    name,
    `${whole(virtualSeconds)} s`,
    `${cpuSeconds.toFixed(1)} s`,
    `${speedOf(outcome).toFixed(1)}x`,
    whole(events / cpuSeconds),
    `${whole(mebibytes)} MiB`,
  ])
}

function judge(target, speed, least) {
  verdict(target, `${speed.toFixed(1)}x`, speed >= least)
}

function verdict(target, figure, isReached) {
  verdicts.push([target, figure, isReached])
}
