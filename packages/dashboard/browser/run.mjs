// The dashboard in a real browser, against agents that are processes of their own: `npm run browser`.
//
//   node packages/dashboard/browser/run.mjs [--screenshots] [options of vitest]
//
// With --screenshots, docs/images/dashboard-*.png are written anew.
import { buildDashboard } from '../../../scripts/dashboard.mjs'
import { runInBrowser } from './chromium.mjs'

await buildDashboard()
await runInBrowser('packages/dashboard/browser/vitest.config.ts')
