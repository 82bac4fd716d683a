// Installs the dependencies when they are missing or not those of the lock file, so that `npm start`
// and `npm test` each work by themselves on a fresh clone, and cost nothing the second time.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`hearsay needs Node 20.19 or later; this is ${process.version}.`)
  process.exit(1)
}

if (!isInstalled()) {
  console.error('Installing the dependencies (npm ci) …')
  const run = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (run.status !== 0) {
    console.error('npm ci failed; the messages above say why. Nothing else was changed.')
    process.exit(1)
  }
}

/** Whether what npm notes of its last installation is what the lock file wants. */
function isInstalled() {
  let installed
  try {
    installed = packagesIn('node_modules/.package-lock.json')
  } catch {
    return false
  }
  return Object.entries(packagesIn('package-lock.json')).every(([path, { version, optional }]) => {
    // What is optional may be for another platform.
    if (!path.startsWith('node_modules/') || optional) return true
    return path in installed && installed[path].version === version
  })
}

function packagesIn(file) {
  return JSON.parse(readFileSync(`${root}${file}`, 'utf8')).packages
}
