// Builds the dashboard into packages/dashboard/dist; quick when nothing changed since the last time.
//   node scripts/dashboard.mjs [--force]
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../packages/dashboard', import.meta.url))
/** What the page is made of; the lock file stands for the libraries in it. */
const sources = [
  ...['src', 'public', 'index.html', 'vite.config.mjs', 'compressed.mjs', 'lean-uplot.mjs'],
  '../../package-lock.json',
]

export async function buildDashboard({ force = false } = {}) {
  const page = join(folder, 'dist/index.html')
  const isFresh = existsSync(page) && statSync(page).mtimeMs >= newest(sources)
  if (isFresh && !force) return
  const { build } = await import('vite')
  await build({ root: folder, configFile: join(folder, 'vite.config.mjs'), logLevel: 'warn' })
}

function newest(paths) {
  return Math.max(...paths.map((path) => newestIn(join(folder, path))))
}

/** When anything below a path was changed last; a file that is gone changes its folder. */
function newestIn(path) {
  const status = statSync(path)
  if (!status.isDirectory()) return status.mtimeMs
  const entries = readdirSync(path, { withFileTypes: true, recursive: true })
  return Math.max(
    status.mtimeMs,
    ...entries.map((e) => statSync(join(e.parentPath, e.name)).mtimeMs),
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildDashboard({ force: process.argv.includes('--force') })
}
