// Holds the built library against the real memberlist, Serf and Alertmanager: `npm run interop`.
//
//   node interop/run.mjs [--allow-missing] [name …]
//
// Names are those of files in suite/, as in `node interop/run.mjs join crash`. With --allow-missing,
// a machine without Go is told what it misses and not failed; else it is an error.
import { execFile, spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { install } from '../scripts/debian.mjs'
import { build } from './build.mjs'
import { RELEASES } from './releases.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const suite = join(here, 'suite')

/** Tests mostly wait, but those of other files must not starve a probe. */
const FILES_AT_A_TIME = 2

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'allow-missing': { type: 'boolean', default: false } },
})

process.exitCode = await main()

async function main() {
  const lacking = await whatIsMissing()
  if (lacking !== undefined) {
    console.error(lacking)
    if (!values['allow-missing']) return 1
    console.log('0 passed, 0 failed')
    return 0
  }
  const packages = await install('serf', 'prometheus-alertmanager')
  if (packages !== undefined) console.log(packages)
  const files = chosen()
  if (files.length === 0) {
    console.error(`No file of interop/suite is named ${positionals.join(' or ')}.`)
    return 1
  }
  const { passed, failed, skipped } = await runTests(files)
  for (const [title, why] of skipped) console.log(`skipped: ${title}: ${why}`)
  console.log(`${passed} passed, ${failed} failed`)
  return failed === 0 && passed > 0 ? 0 : 1
}

/** What the suite cannot do without, with what to do about it. */
async function whatIsMissing() {
  if (!existsSync(join(here, '../packages/memberlist/dist/index.js'))) {
    return 'The library is not built. Run `npm run interop`, or `npm run build` before this.'
  }
  try {
    await promisify(execFile)('go', ['version'])
  } catch {
    return 'Go is not installed, and the interop tests need it (1.25 or newer): https://go.dev/dl'
  }
  try {
    for (const release of RELEASES) await build('peer', release)
    return undefined
  } catch (error) {
    return `The Go peers cannot be built: ${error.stderr || error.message}`
  }
}

function chosen() {
  const all = readdirSync(suite).filter((name) => name.endsWith('.test.mjs'))
  const wanted = positionals.length === 0 ? all : all.filter((name) => isChosen(name))
  return wanted.map((name) => join(suite, name))
}

function isChosen(file) {
  return positionals.some((name) => file === `${name}.test.mjs` || file === name)
}

/**
 * Node's own runner, whose protocol (TAP) is read for the numbers; a file that breaks before or
 * beside its tests counts as one that failed.
 */
async function runTests(files) {
  const options = [`--test-concurrency=${FILES_AT_A_TIME}`, '--test-reporter=tap']
  const child = spawn(process.execPath, ['--test', ...options, ...files], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise((resolve) => child.on('close', resolve))
  const counted = { passed: 0, failed: 0, skipped: [] }
  let isFailure = false
  for await (const line of createInterface({ input: child.stdout })) {
    const result = /^(not )?ok \d+ - (.*?)(?: # SKIP ?(.*))?$/.exec(line)
    if (result === null) {
      if (isFailure || /^# repeated/.test(line)) console.log(line)
      continue
    }
    const [, not, title, why] = result
    isFailure = not !== undefined
    if (why !== undefined) counted.skipped.push([title, why])
    else if (isFailure) counted.failed++
    else counted.passed++
    console.log(
      why === undefined ? `${isFailure ? 'FAILED' : 'passed'}  ${title}` : `skipped ${title}`,
    )
  }
  const code = await ended
  if (code !== 0 && counted.failed === 0) counted.failed++
  return counted
}
