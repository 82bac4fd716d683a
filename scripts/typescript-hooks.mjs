// How a program runs on the TypeScript sources, without a build: types are taken off when a file is
// loaded, and the package's own name leads to its sources. See typescript.mjs.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { transformSync } from 'rolldown/utils'

const sources = new Map([
  ['@hearsay/memberlist', '../packages/memberlist/src/index.ts'],
  ['@hearsay/kv', '../packages/kv/src/index.ts'],
  ['@hearsay/kv/internal', '../packages/kv/src/internal.ts'],
  ['@hearsay/simulator', '../packages/simulator/src/index.ts'],
  ['@hearsay/memberlist/internal', '../packages/memberlist/src/internal.ts'],
])

export function resolve(specifier, context, next) {
  const source = sources.get(specifier)
  if (source === undefined) return next(specifier, context)
  return { url: new URL(source, import.meta.url).href, format: 'module', shortCircuit: true }
}

export function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context)
  const path = fileURLToPath(url)
  const { code, errors } = transformSync(path, readFileSync(path, 'utf8'))
  if (errors.length > 0) throw new SyntaxError(`${path}: ${errors[0].message}`)
  return { format: 'module', source: code, shortCircuit: true }
}
