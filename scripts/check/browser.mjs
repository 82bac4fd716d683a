import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { ensureChromium, howToGetChromium } from '../../packages/dashboard/browser/chromium.mjs'
import { root, run, skip } from './commands.mjs'
import { testReport } from './test-report.mjs'

/** The dashboard in a real browser, against agents that are killed, suspended and filled. */
export async function browser() {
  if ((await ensureChromium()) === undefined) return skip(howToGetChromium)
  const report = '.cache/check/browser.json'
  rmSync(join(root, report), { force: true })
  const reporters = [
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${join(root, report)}`,
  ]
  await run(process.execPath, ['packages/dashboard/browser/run.mjs', ...reporters])
  return testReport(report)
}
