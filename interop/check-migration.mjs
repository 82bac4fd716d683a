// Holds docs/migration-from-go.md against the Go package: `node interop/check-migration.mjs`. Fails when
// an exported name has no row, a row is about no exported name, a name has two rows, a setting that says
// which field of Go's Config it is stands in another field's row, or a row names a method or property
// of ours that is not there. Needs Go.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const read = (path) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

const rows = new Map()
const problems = []
for (const line of read('docs/migration-from-go.md').split('\n')) {
  const [, name, counterpart] = /^\| `([A-Z][\w.]*)` +\|([^|]*)\|/.exec(line) ?? []
  if (name === undefined) continue
  if (rows.has(name)) problems.push(`${name} has two rows`)
  if (counterpart.trim() === '') problems.push(`${name}: the row says nothing`)
  rows.set(name, counterpart)
}

const printed = execFileSync('go', ['run', './exports'], { cwd: here, encoding: 'utf8' })
const exported = printed.trim().split('\n')
const names = new Set(exported.map((line) => line.split(' ')[1]))
for (const line of exported) {
  if (!rows.has(line.split(' ')[1])) problems.push(`no row for ${line}`)
}
for (const name of rows.keys()) {
  if (!names.has(name)) problems.push(`a row for ${name}, which the Go package does not export`)
}

const definitions = read('packages/memberlist/src/config.ts')
const fields = [...definitions.matchAll(/^ {2}(\w+): \{[^}]*?\bgo: '(\w+)'/gm)]
if (fields.length === 0) problems.push('no setting in config.ts names its field of Go')
for (const [, setting, field] of fields) {
  if (!rows.get(`Config.${field}`)?.includes(`\`${setting}\``)) {
    problems.push(`the row of Config.${field} does not name the setting ${setting}`)
  }
}

// What the rows name of ours must be there.
const source = 'packages/memberlist/src'
for (const [object, file] of [
  ['list', 'shell/memberlist.ts'],
  ['delegate', 'shell/options.ts'],
  ['member', 'shell/member.ts'],
  ['keyring', 'wire/keyring.ts'],
  ['transport', 'transport/transport.ts'],
  ['handler', 'transport/transport.ts'],
  ['limits', 'limits.ts'],
]) {
  const code = read(`${source}/${file}`).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
  for (const [name, counterpart] of rows) {
    for (const [, ours] of counterpart.matchAll(new RegExp(`(?<![.\\w])${object}\\.(\\w+)`, 'g'))) {
      if (new RegExp(`\\b${ours}\\b`).test(code)) continue
      problems.push(`${name}: ${file} has no ${object}.${ours}`)
    }
  }
}

if (problems.length > 0) {
  process.stderr.write(`docs/migration-from-go.md:\n  ${problems.join('\n  ')}\n`)
  process.exit(1)
}
process.stdout.write(`${names.size} exported names, ${fields.length} settings: each has its row\n`)
