import { add, outcome, run } from './commands.mjs'

const SUMMARY = /^(\d+) passed, (\d+) failed$/

/** A run with most faults in it. */
const REPEATED_SEED = 16

/** A thousand seeds of the simulator; and one seed twice, in two processes, which must be one run. */
export async function swarm() {
  const { lines, code } = await run(process.execPath, ['scripts/swarm.mjs', '--seeds', '1000'])
  const [, passed, failed] = SUMMARY.exec(lines.at(-1) ?? '') ?? []
  if (failed === undefined) throw new Error('scripts/swarm.mjs ended without its numbers.')
  const seeds = { passed: Number(passed), failed: Number(failed) + (code > 1 ? 1 : 0), skipped: 0 }
  return add(seeds, outcome(await isRepeatable()))
}

async function isRepeatable() {
  const hashes = await Promise.all([hashOf(REPEATED_SEED), hashOf(REPEATED_SEED)])
  return hashes[0] !== undefined && hashes[0] === hashes[1]
}

async function hashOf(seed) {
  const program = `
    import { drawScenario, simulate } from '@hearsay/simulator'
    console.log('seed ${seed}:', simulate(drawScenario(${seed}), ${seed}).hash)`
  const { lines } = await run(process.execPath, ['--input-type=module', '--eval', program])
  return /: ([0-9a-f]{16})$/.exec(lines.at(-1) ?? '')?.[1]
}
