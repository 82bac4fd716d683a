// What `.ci/run` does after `npm test`, whose report it is given: lint, build, the built packages,
// interop, and the unit tests on the other releases of Node. Ends with one line that adds all up:
//   N passed, N failed[, N skipped]
// A tool that must be content counts as one; a suite counts its tests.
import { browser } from './check/browser.mjs'
import { builtPackages } from './check/built-packages.mjs'
import { npmScript, tool } from './check/commands.mjs'
import { crash } from './check/crash.mjs'
import { deployment } from './check/deploy.mjs'
import { image } from './check/image.mjs'
import { interop, migration } from './check/interop.mjs'
import { nodeRelease } from './check/node-release.mjs'
import { evidence, simulatorOutputs, simulatorReport } from './check/simulator.mjs'
import { swarm } from './check/swarm.mjs'
import { testReport } from './check/test-report.mjs'

const NODE_RELEASES = [22, 24, 26]

const [unitReport] = process.argv.slice(2)
if (unitReport === undefined) {
  console.error('usage: npm run check')
  process.exit(2)
}

/** Each suite: its name, and what gives its numbers. One that breaks does not keep the next from running. */
const suites = [
  ['unit tests', () => testReport(unitReport)],
  ['types', () => tool('node_modules/typescript/bin/tsc', '-b')],
  ['biome', () => tool('node_modules/@biomejs/biome/bin/biome', 'check', '.')],
  ['eslint', () => tool('node_modules/eslint/bin/eslint.js', '--max-warnings', '0', '.')],
  ['build', () => npmScript('build')],
  ['built packages', builtPackages],
  ['dashboard in a browser', browser],
  ['migration table', migration],
  ['deployment', deployment],
  ['image', image],
  ['simulator: a thousand seeds', swarm],
  ['interop', interop],
  ['kills under writes, short form', crash],
  ['report of the simulator in a browser', simulatorReport],
  ['outputs of the simulator in its page', simulatorOutputs],
  ['evidence, short form', evidence],
  ...NODE_RELEASES.map((major) => [`unit tests on Node ${major}`, () => nodeRelease(major)]),
]

const rows = []
for (const [name, check] of suites) {
  console.log(`\n=== ${name}`)
  const startedAt = performance.now()
  let result
  try {
    result = await check()
  } catch (error) {
    console.error(error.message)
    result = { passed: 0, failed: 1, skipped: 0 }
  }
  rows.push({ name, ...result, seconds: Math.round((performance.now() - startedAt) / 1_000) })
}

console.log('')
console.table(rows)
const sum = (column) => rows.reduce((total, row) => total + row[column], 0)
const skipped = sum('skipped')
console.log(
  `${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
)
process.exit(sum('failed') === 0 ? 0 : 1)
