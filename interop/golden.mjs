// Regenerates packages/memberlist/test/fixtures/golden from the real memberlist: `node interop/golden.mjs`.
// Needs Go. Nonces, order and timing differ from run to run, so that the files do too; what they
// hold, and that nothing is missing, is checked by the program that writes them.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { modfileArguments, RELEASES } from './releases.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const fixtures = fileURLToPath(
  new URL('../packages/memberlist/test/fixtures/golden', import.meta.url),
)
const MAX_BYTES = 2 * 1024 * 1024

mkdirSync(fixtures, { recursive: true })
const fresh = mkdtempSync(join(fixtures, 'new-'))
try {
  for (const release of RELEASES) run(release, 'captures')
  run(RELEASES[0], 'codecs')
  const files = readdirSync(fresh)
  const bytes = files.reduce((sum, file) => sum + statSync(join(fresh, file)).size, 0)
  if (bytes > MAX_BYTES) {
    throw new Error(`the vectors are ${bytes} bytes, more than the ${MAX_BYTES} that are welcome`)
  }
  for (const file of files) renameSync(join(fresh, file), join(fixtures, file))
  process.stderr.write(`${files.length} files, ${bytes} bytes\n`)
} finally {
  rmSync(fresh, { recursive: true, force: true })
}

function run(release, table) {
  const command = ['run', ...modfileArguments(release), './golden', table, fresh]
  execFileSync('go', command, { cwd: here, stdio: 'inherit' })
}
