import { spawnSync } from 'node:child_process'
import { outcome, run, skip } from './commands.mjs'

const SUMMARY = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/

export const hasGo = spawnSync('go', ['version']).status === 0

/** Real peers; the suite installs Debian's packages itself and says what is missing. */
export async function interop() {
  if (!hasGo) return skip('interop needs Go (1.25 or newer): https://go.dev/dl')
  const { code, lines } = await run(process.execPath, ['interop/run.mjs'])
  const summary = lines.map((line) => SUMMARY.exec(line)).findLast((found) => found !== null)
  if (summary === undefined) throw new Error('interop/run.mjs ended without its numbers.')
  const [passed, failed, skippedInLine = 0] = summary.slice(1).map((digits) => Number(digits ?? 0))
  const skipped = skippedInLine || lines.filter((line) => line.startsWith('skipped: ')).length
  return { passed, failed: failed === 0 && code !== 0 ? 1 : failed, skipped }
}

/** Every exported name of the Go package has its row in the table for those who come from it. */
export async function migration() {
  if (!hasGo) return skip('the migration table is read from the Go module, which needs Go')
  const { code } = await run(process.execPath, ['interop/check-migration.mjs'])
  return outcome(code === 0)
}
