import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { runTasks, workerFile } from '../pool/pool.ts'
import { chartSvg } from '../report/chart/chart.ts'
import { experiments } from './all.ts'
import type { Context, Evidence, Experiment, MeasureTask } from './experiment.ts'
import { evidenceMarkdown, withEvidence } from './page.ts'

// Every table and plot of docs/evidence.md:
//   npm run evidence                  all of them, three hours of processor time
//   npm run evidence -- NAME …        some
//   npm run evidence -- --full        as many runs as published: many hours
//   npm run evidence -- --short       what CI runs: the fewest; writes nothing without --keep
// It fails where a claim that is required does not hold.

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    short: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    workers: { type: 'string', default: String(availableParallelism()) },
    help: { type: 'boolean', default: false },
  },
})
const names = experiments.map(({ name }) => name)
const unknown = positionals.find((name) => !names.includes(name))
if (unknown !== undefined || values.help || !(Number(values.workers) >= 1)) {
  console.error(
    unknown === undefined
      ? `usage: npm run evidence -- [--short|--full] [--workers N] [${names.join('|')} …]`
      : `"${unknown}" is no experiment; there are ${names.join(', ')}.`,
  )
  process.exit(values.help ? 0 : 2)
}

const context: Context = {
  form: values.short ? 'short' : values.full ? 'full' : 'moderate',
  measure: async <Outcome>(asked: readonly MeasureTask[]) => {
    const outcomes: Outcome[] = []
    const tasks = asked.map((task, index) => ({
      task,
      done: (outcome: Outcome) => {
        outcomes[index] = outcome
      },
    }))
    await runTasks(workerFile('./worker', import.meta.url), tasks, {
      workers: Number(values.workers),
    })
    return outcomes
  },
}

const root = new URL('../../../../', import.meta.url)
let missed = 0
for (const experiment of experiments) {
  if (positionals.length > 0 && !positionals.includes(experiment.name)) continue
  const startedAt = process.cpuUsage()
  const evidence = await experiment.run(context)
  const { user, system } = process.cpuUsage(startedAt)
  const cpuSeconds = (user + system) / 1e6
  show(experiment, evidence, cpuSeconds)
  missed += evidence.claims.filter(({ holds, isRequired }) => isRequired && !holds).length
  if (!values.short || values.keep) keep(experiment, evidence, cpuSeconds)
}
process.exitCode = missed === 0 ? 0 : 1

function show({ name, title }: Experiment, evidence: Evidence, cpuSeconds: number): void {
  const { headings, rows, claims, size } = evidence
  console.log(`\n${title} (${name}; ${size}; ${cpuSeconds.toFixed(0)} s of processor time)\n`)
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  for (const row of [headings, ...rows]) {
    console.log(row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
  }
  console.log('')
  for (const { text, holds, isRequired } of claims) {
    console.log(`${holds ? 'holds ' : isRequired ? 'FAILED' : 'missed'} ${text}`)
  }
}

function keep(experiment: Experiment, evidence: Evidence, cpuSeconds: number): void {
  mkdirSync(new URL('docs/images/', root), { recursive: true })
  for (const { name, chart } of evidence.charts) {
    const svg = chartSvg(chart, { standalone: true })
    writeFileSync(new URL(`docs/images/${name}.svg`, root), `${svg}\n`)
  }
  const page = new URL('docs/evidence.md', root)
  const text = evidenceMarkdown(experiment, evidence, { cpuSeconds, isFull: values.full })
  writeFileSync(page, withEvidence(readFileSync(page, 'utf8'), experiment.name, text))
}
