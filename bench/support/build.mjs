// Builds what is measured: the Go program here, and the library when its sources are newer.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const at = (path) => fileURLToPath(new URL(path, import.meta.url))
const root = at('../..')

/** The path of the Go program. */
export function buildGo() {
  const path = join(root, '.cache/bench/bench-go')
  if (newest(at('../go'), /\.(go|mod|sum)$/) < modified(path)) return path
  mkdirSync(join(root, '.cache/bench'), { recursive: true })
  execFileSync('go', ['build', '-o', path, '.'], { cwd: at('../go'), stdio: 'inherit' })
  return path
}

/** The folder with the built library, `packages/memberlist/dist` unless another is given. */
export function buildLibrary(given) {
  if (given !== undefined) return given
  const library = join(root, 'packages/memberlist')
  if (newest(join(library, 'src'), /\.ts$/) > modified(join(library, 'dist/index.js'))) {
    const typescript = join(root, 'node_modules/typescript/bin/tsc')
    execFileSync(process.execPath, [typescript, '-b', library], { stdio: 'inherit' })
  }
  return join(library, 'dist')
}

/** When the last of these files was changed; milliseconds. */
function newest(directory, names) {
  let latest = 0
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !names.test(entry.name)) continue
    latest = Math.max(latest, modified(join(entry.parentPath ?? entry.path, entry.name)))
  }
  return latest
}

function modified(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}
