// `npm start`: installs and builds what is missing, then brings up three agents with a live table.
// One process from npm's point of view, so that a signal to npm reaches the cluster.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import './setup.mjs'
import { buildDashboard } from './dashboard.mjs'

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url))

const compiler = path('node_modules/typescript/bin/tsc')
const build = spawnSync(process.execPath, [compiler, '-b', 'packages/agent'], {
  cwd: path(''),
  stdio: ['ignore', 2, 2],
})
if (build.status !== 0) {
  console.error('The build failed; the messages above say where.')
  process.exit(1)
}

try {
  await buildDashboard()
} catch (error) {
  console.error(`The dashboard could not be built, so there is none: ${error.message}`)
}

const given = process.argv.slice(2)
const command = path('packages/agent/bin/hearsay.js')
const nodes = given.includes('--nodes') ? [] : ['--nodes', '3']
// As if the command itself had been called: it starts its agents the way it was started.
process.argv.splice(1, process.argv.length - 1, command, 'cluster', ...nodes, ...given)
await import('../packages/agent/bin/hearsay.js')
