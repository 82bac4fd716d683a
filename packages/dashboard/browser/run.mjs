// The dashboard in a real browser, against agents that are processes of their own: `npm run browser`.
//
//   node packages/dashboard/browser/run.mjs [--screenshots] [options of vitest]
//
// With --screenshots, docs/images/dashboard-*.png are written anew.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { buildDashboard } from '../../../scripts/dashboard.mjs'
import { chromium, howToGetChromium } from './chromium.mjs'

const root = fileURLToPath(new URL('../../..', import.meta.url))

if (chromium === undefined) {
  console.error(howToGetChromium)
  process.exit(1)
}
await buildDashboard()
const given = process.argv.slice(2)
const options = given.filter((word) => word !== '--screenshots')
const config = 'packages/dashboard/browser/vitest.config.ts'
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
