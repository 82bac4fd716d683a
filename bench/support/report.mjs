// What every benchmark has in common: its flags, the machine, medians, tables, the JSON file.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))

const common = {
  json: { type: 'string', meaning: 'file to write all figures to' },
  library: { type: 'string', meaning: 'folder of another build of the library' },
  profile: { type: 'string', meaning: 'folder for CPU profiles of our processes' },
  help: { type: 'boolean', meaning: 'this text' },
}

/** Flags of the command line; `numbers` have a default each, `[default, meaning]`. */
export function readFlags(title, numbers = {}) {
  const options = { ...common }
  for (const [name, [value, meaning]] of Object.entries(numbers)) {
    options[name] = { type: 'string', default: `${value}`, meaning: `${meaning}; default ${value}` }
  }
  const { values } = parseArgs({ options })
  if (values.help) {
    console.log(`${title}\n`)
    for (const [name, { meaning }] of Object.entries(options)) {
      console.log(`  --${name.padEnd(12)} ${meaning}`)
    }
    process.exit(0)
  }
  for (const name of Object.keys(numbers)) {
    values[name] = Number(values[name])
    if (!Number.isFinite(values[name])) throw new Error(`--${name} wants a number`)
  }
  return values
}

export class Report {
  #flags
  #figures
  #text = ''

  /** @param settings what the reader must know of how it was measured, as name and text */
  constructor(title, flags, settings) {
    this.#flags = flags
    this.#figures = { title, ...machine(), settings, results: {} }
    const { date, commit, processor, cores, memoryGiB, system } = this.#figures
    const { node, go, memberlist, loadAtStart } = this.#figures
    this.say(title)
    this.say()
    this.say(`  ${date}, commit ${commit}, ${processor}, ${cores} cores, ${memoryGiB} GiB,`)
    this.say(
      `  Linux ${system}, Node ${node}, ${go}, memberlist ${memberlist}; load ${loadAtStart}`,
    )
    if (flags.library !== undefined) this.say(`  ours built in: ${flags.library}`)
    for (const [name, value] of Object.entries(settings)) this.say(`  ${name}: ${value}`)
    this.say()
  }

  say(line = '') {
    this.#text += `${line}\n`
    console.log(line)
  }

  /** Rows of text in aligned columns: the first to the left, the others to the right. */
  table(head, rows) {
    const widths = head.map((_, column) =>
      Math.max(...[head, ...rows].map((row) => `${row[column]}`.length)),
    )
    const line = (row) =>
      row.map((cell, column) =>
        column === 0 ? `${cell}`.padEnd(widths[0]) : `${cell}`.padStart(widths[column]),
      )
    this.say(`  ${line(head).join('  ').trimEnd()}`)
    this.say(`  ${widths.map((width) => '-'.repeat(width)).join('  ')}`)
    for (const row of rows) this.say(`  ${line(row).join('  ').trimEnd()}`)
    this.say()
  }

  /** Keeps figures under a name, for the JSON file. */
  keep(name, figures) {
    this.#figures.results[name] = figures
  }

  /** Writes the file, if one was asked for: all figures, and the text as it was printed. */
  finish() {
    if (this.#flags.json === undefined) return
    const figures = { ...this.#figures, loadAtEnd: load(), text: this.#text.trimEnd() }
    writeFileSync(this.#flags.json, `${JSON.stringify(figures, undefined, 2)}\n`)
    console.log(`All figures: ${this.#flags.json}`)
  }
}

function machine() {
  const run = (command, ...given) => execFileSync(command, given, { cwd: root, encoding: 'utf8' })
  const dirty = run('git', 'status', '--porcelain', '--', 'packages/memberlist/src') !== ''
  return {
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    commit: run('git', 'rev-parse', '--short', 'HEAD').trim() + (dirty ? ' and changes' : ''),
    processor: cpus()[0].model,
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: release(),
    node: process.version,
    go: goVersion(),
    memberlist: /memberlist (v\S+)/.exec(readFileSync(`${root}/bench/go/go.mod`, 'utf8'))[1],
    loadAtStart: load(),
  }
}

/** Not every benchmark needs it. */
function goVersion() {
  try {
    return execFileSync('go', ['version'], { encoding: 'utf8' }).split(' ')[2]
  } catch {
    return 'no Go'
  }
}

function load() {
  return loadavg()
    .map((each) => each.toFixed(1))
    .join(' ')
}

export function median(values) {
  const sorted = [...values].sort((one, other) => one - other)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Median, least and most of a series, with the series itself. */
export function summary(values) {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values), values }
}

export const whole = (value) => Math.round(value).toLocaleString('en-US')
export const ratio = (value) => `${value.toFixed(2)}x`
