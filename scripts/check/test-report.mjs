import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './commands.mjs'

/** The numbers of a report that vitest's JSON reporter wrote. */
export function testReport(path) {
  const file = join(root, path)
  if (!existsSync(file)) throw new Error(`There is no ${path}: the tests did not run to their end.`)
  const report = JSON.parse(readFileSync(file, 'utf8'))
  const failed = report.numFailedTests
  // A file that cannot be loaded has no tests that could fail.
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  ).length
  const isUnexplained = !report.success && failed + broken === 0
  return {
    passed: report.numPassedTests,
    failed: failed + broken + (isUnexplained ? 1 : 0),
    skipped: report.numPendingTests + report.numTodoTests,
  }
}
