// One simulated run, or some seeds of the swarm, in a process of its own: what it took, on stdout as JSON.
//   node bench/support/simulate.mjs '{"scenario":"steady","nodes":1000,"forMs":60000,"seed":1}'
//   node bench/support/simulate.mjs '{"swarm":{"from":1,"seeds":20}}'
import { drawScenario, namedScenarios, simulate } from '@hearsay/simulator'

const task = JSON.parse(process.argv[2])
const cpuSince = (before) => {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}
const outcome = task.swarm === undefined ? cluster(task) : swarm(task.swarm)
const cpuSeconds = cpuSince()
const mebibytes = process.resourceUsage().maxRSS / 1_024
console.log(JSON.stringify({ ...outcome, cpuSeconds, mebibytes }))

/** `settledMs`: what comes before is the start, with code that is yet to be compiled. */
function cluster({ scenario: name, nodes, forMs, seed, settledMs = 0, untilAllKnow = false }) {
  const named = namedScenarios.find((each) => each.name === name)
  const built = named.build({ nodes, profile: 'lan', settings: {}, network: {}, forMs })
  // Real bytes, full views; nobody looks, so that the simulation alone is measured.
  const scenario = { ...built, mode: 'bytes', checkers: [], livenessMs: 0, endsAfterMs: 0 }
  const known = new Uint32Array(nodes).fill(1)
  let missing = untilAllKnow ? nodes : 0
  let begin
  let end
  const { events, virtualMs } = simulate(scenario, seed, {
    ...(untilAllKnow && {
      observe: (event) => {
        if (event.type !== 'told' || event.subject === event.member) return
        if (event.event === 'join' && ++known[event.member] === nodes) missing--
      },
    }),
    progress: (now) => {
      if (now >= settledMs) begin ??= { now, cpu: process.cpuUsage() }
      if (begin !== undefined) end = { now, cpuSeconds: cpuSince(begin.cpu) }
      return !(untilAllKnow && missing === 0)
    },
  })
  const settled = { virtualSeconds: (end.now - begin.now) / 1e3, cpuSeconds: end.cpuSeconds }
  return { events, virtualSeconds: virtualMs / 1e3, settled, isDone: missing === 0 }
}

function swarm({ from, seeds }) {
  let events = 0
  let virtualMs = 0
  let failed = 0
  for (let seed = from; seed < from + seeds; seed++) {
    const run = simulate(drawScenario(seed), seed)
    events += run.events
    virtualMs += run.virtualMs
    if (run.violations.length > 0) failed++
  }
  return { events, virtualSeconds: virtualMs / 1e3, isDone: failed === 0 }
}
