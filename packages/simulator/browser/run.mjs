// The report of `hearsay sim` in a real browser.
//
//   node packages/simulator/browser/run.mjs [--screenshots] [options of vitest]
//
// With --screenshots, docs/images/report-*.png are written anew.
import { runInBrowser } from '../../dashboard/browser/chromium.mjs'

await runInBrowser('packages/simulator/browser/vitest.config.ts')
