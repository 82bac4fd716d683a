// Feeds spoiled packets and streams to the wire layer until something gives, or the time is up.
//   npm run fuzz -- [--seconds 60] [--seed 1]
// What it prints for a finding is enough to repeat it: the seed, the round and the bytes.
import { parseArgs } from 'node:util'
import { Fuzzer } from '../packages/memberlist/test/wire/fuzz.ts'
import { fuzzSamples } from '../packages/memberlist/test/wire/fuzz-samples.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 32) },
  },
})
const seed = Number(values.seed)
const seconds = Number(values.seconds)
if (!Number.isInteger(seed) || seed < 0 || !(seconds > 0)) {
  console.error('usage: npm run fuzz -- [--seconds 60] [--seed 1]')
  process.exit(2)
}

console.log(`seed ${seed}`)
const fuzzer = new Fuzzer(seed, fuzzSamples())
const end = performance.now() + seconds * 1000
let rounds = 0
while (performance.now() < end) {
  for (let batch = 0; batch < 500; batch++, rounds++) {
    const finding = fuzzer.round()
    if (finding === undefined) continue
    const { bytes, ...rest } = finding
    console.log(JSON.stringify({ seed, ...rest, hex: Buffer.from(bytes).toString('hex') }, null, 2))
    process.exit(1)
  }
}
const outcomes = [...fuzzer.outcomes].sort(([, a], [, b]) => b - a)
for (const [outcome, count] of outcomes) console.log(`${String(count).padStart(9)}  ${outcome}`)
console.log(`${rounds} rounds, nothing found`)
