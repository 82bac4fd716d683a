// Random seeds of the simulator, one after the other on every core: each draws its members, settings
// and faults, and every checker looks after it.
//   node scripts/swarm.mjs [--from 1] [--seeds 1000] [--workers N]
// A seed that fails is told first; then the run is shortened as far as it still fails, and what
// happened around the violation is written down. The last line: N passed, N failed
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { drawScenario, runJobs, shrink, traceAround } from '@hearsay/simulator'

const { values } = parseArgs({
  options: {
    from: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1000' },
    workers: { type: 'string', default: String(availableParallelism()) },
  },
})
const from = Number(values.from)
const count = Number(values.seeds)
const workers = Number(values.workers)
const isWhole = (value) => Number.isSafeInteger(value) && value > 0
if (![from, count, workers].every(isWhole)) {
  console.error('--from, --seeds and --workers each take a whole number from 1.')
  process.exit(2)
}

/** Failing seeds that are shortened; further ones are only named. */
const SHORTENED = 3
const SHRINK_RUNS = 150
const TRACE_LINES = 120

const startedAt = performance.now()
const failed = []
let done = 0
let virtualMs = 0

const jobs = Array.from({ length: count }, (_, index) => ({
  scenario: drawScenario(from + index),
  seed: from + index,
}))
await runJobs(jobs, {
  workers,
  onSummary: (job, summary) => {
    done++
    virtualMs += summary.virtualMs
    const [violation] = summary.violations
    if (violation !== undefined) {
      failed.push(jobs[job])
      const { checker, text, at } = violation
      console.log(`seed ${summary.seed}: ${checker} at ${(at / 1_000).toFixed(1)} s: ${text}`)
    }
    if (done % 100 === 0) console.log(`${done} of ${count} seeds, ${failed.length} failed`)
  },
})

for (const { scenario, seed } of failed.slice(0, SHORTENED)) explain(scenario, seed)

const seconds = (performance.now() - startedAt) / 1_000
const hours = (virtualMs / 3_600_000).toFixed(1)
console.log(`${hours} virtual hours in ${seconds.toFixed(0)} s with ${workers} workers`)
console.log(`${count - failed.length} passed, ${failed.length} failed`)
process.exit(failed.length === 0 ? 0 : 1)

function explain(scenario, seed) {
  const shrunk = shrink(scenario, seed, { maxRuns: SHRINK_RUNS })
  if (shrunk === undefined) return
  const { rules: _rules, ...shown } = shrunk.scenario
  console.log(`\nseed ${seed}, shortened in ${shrunk.runs} runs:\n${JSON.stringify(shown)}`)
  const lines = traceAround(shrunk.scenario, seed, shrunk.result.violations[0], {
    maxLines: TRACE_LINES,
  })
  console.log(lines.join('\n'))
}
