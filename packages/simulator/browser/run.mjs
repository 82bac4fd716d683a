// The report of `hearsay sim` in a real browser.
//
//   node packages/simulator/browser/run.mjs [--screenshots] [options of vitest]
//
// With --screenshots, docs/images/report-*.png are written anew.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { chromium, howToGetChromium } from '../../dashboard/browser/chromium.mjs'

const root = fileURLToPath(new URL('../../..', import.meta.url))

if (chromium === undefined) {
  console.error(howToGetChromium)
  process.exit(1)
}
const given = process.argv.slice(2)
const options = given.filter((word) => word !== '--screenshots')
const config = 'packages/simulator/browser/vitest.config.ts'
const { status } = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', '--config', config, ...options],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      ...(given.includes('--screenshots') && { HEARSAY_SCREENSHOTS: 'docs/images' }),
    },
  },
)
process.exit(status ?? 1)
