import { describe, expect, it } from 'vitest'
import { Fuzzer } from './fuzz.ts'
import { fuzzSamples } from './fuzz-samples.ts'

// `node scripts/fuzz.mjs` goes on from here with other seeds for as long as one likes.
const SEED = 20_261_122
const ROUNDS = 4_000

describe('whatever comes', () => {
  it('is read or refused with a reason, within bounds, and the same in pieces as whole', () => {
    const fuzzer = new Fuzzer(SEED, fuzzSamples())
    for (let round = 0; round < ROUNDS; round++) {
      const finding = fuzzer.round()
      if (finding === undefined) continue
      const { bytes, ...rest } = finding
      expect.fail(JSON.stringify({ ...rest, hex: Buffer.from(bytes).toString('hex') }))
    }
    // Without these the fuzzer would be looking at nothing but the outermost layer.
    const { outcomes } = fuzzer
    const common = ['packet read', 'request read: 6', 'reply read: 6']
    for (const key of common) expect(outcomes.get(key), key).toBeGreaterThan(ROUNDS / 80)
    const refused = [
      'truncated',
      'malformed',
      'undecryptable',
      'padding',
      'checksum',
      'compression',
    ]
    for (const reason of refused)
      expect(outcomes.get(`packet refused: ${reason}`), reason).toBeGreaterThan(0)
  })
})
