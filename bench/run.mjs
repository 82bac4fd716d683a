// Every benchmark, one after the other; figures go to .cache/bench.
//   npm run bench
//   npm run bench -- ping memory                only these
//   npm run bench -- cluster --rest 600         only this, with flags of its own
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const results = `${root}.cache/bench`
const all = ['codec', 'ping', 'push-pull', 'memory', 'cluster', 'kv-load', 'kv-crash', 'simulator']
const given = process.argv.slice(2)
const firstFlag = given.findIndex((each) => each.startsWith('-'))
const wanted = firstFlag < 0 ? given : given.slice(0, firstFlag)
const forwarded = firstFlag < 0 ? [] : given.slice(firstFlag)
const unknown = wanted.filter((name) => !all.includes(name))
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}; there are ${all.join(', ')}.`)
  process.exit(2)
}

mkdirSync(results, { recursive: true })
const failed = (wanted.length > 0 ? wanted : all).filter((name) => {
  console.log(`\n${'='.repeat(100)}\n`)
  const flags = ['--json', `${results}/${name}.json`, ...forwarded]
  const { status } = spawnSync(process.execPath, [`${root}bench/${name}.mjs`, ...flags], {
    stdio: 'inherit',
  })
  return status !== 0
})
if (failed.length > 0) {
  console.error(`Failed: ${failed.join(', ')}`)
  process.exit(1)
}
