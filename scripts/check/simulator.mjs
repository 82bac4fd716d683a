import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { ensureChromium, howToGetChromium } from '../../packages/dashboard/browser/chromium.mjs'
import { simulatorPage } from '../simulator-outputs.mjs'
import { outcome, root, run, skip } from './commands.mjs'
import { testReport } from './test-report.mjs'

/** The report of `hearsay sim` in a real browser. */
export async function simulatorReport() {
  if ((await ensureChromium()) === undefined) return skip(howToGetChromium)
  const report = '.cache/check/report.json'
  rmSync(join(root, report), { force: true })
  const file = `--outputFile.json=${join(root, report)}`
  await run(process.execPath, [
    'packages/simulator/browser/run.mjs',
    ...['--reporter=default', '--reporter=json', file],
  ])
  return testReport(report)
}

/** The short form of what docs/evidence.md claims. */
export async function evidence() {
  const { code } = await run('npm', ['run', 'evidence', '--', '--short'])
  return outcome(code === 0)
}

/** What docs/simulator.md shows is what the commands print. */
export async function simulatorOutputs() {
  const { shown, today } = await simulatorPage()
  const isSo = shown === today
  if (!isSo) console.error('docs/simulator.md shows other outputs than today: npm run docs')
  return outcome(isSo)
}
