import { describe, it } from 'vitest'
import { Memberlist } from '../../src/index.ts'
import { type Program, runProgram } from './programs.ts'
import { quick } from './quick.ts'

const PAUSE_MS = 3_000

interface Line {
  readonly type: string
  readonly name?: string
  readonly pausedMs?: number
  readonly score?: number
  readonly code?: string
  readonly members?: readonly string[]
}

const parse = (line: string): Line => JSON.parse(line) as Line

function start(name: string): Promise<Memberlist> {
  return Memberlist.create({ name, bind: { host: '127.0.0.1', port: 0 }, ...quick })
}

/** What a member of three lived through that stood still for three seconds in the middle of a probe. */
async function livedThrough(how: 'block' | 'stop'): Promise<Line[]> {
  await using one = await start('one')
  await using two = await start('two')
  await two.join([`127.0.0.1:${one.bound.port}`])
  const address = `127.0.0.1:${one.bound.port}`
  const program = runProgram('pausing-member.ts', how, String(PAUSE_MS), address)
  if (how === 'stop') await wakeAfterPause(program)
  await program.line((line) => parse(line).type === 'calm')
  const code = await program.ended
  if (code !== 0) throw new Error(`it ended with ${code}`)
  return program.lines.map(parse)
}

async function wakeAfterPause({ child, line }: Program): Promise<void> {
  await line((each) => parse(each).type === 'stopping')
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  child.kill('SIGCONT')
}

describe.concurrent.each([
  ['whose loop was blocked', 'block'],
  ['that was stopped by SIGSTOP and woken by SIGCONT', 'stop'],
] as const)('a process %s for three seconds', (_what, how) => {
  it('gives no verdict on others when it wakes, and lowers its own health', async ({ expect }) => {
    const lines = await livedThrough(how)
    const pause = lines.findIndex(({ type }) => type === 'pause')
    expect(lines[pause].pausedMs).toBeGreaterThan(PAUSE_MS / 2)
    const after = lines.slice(pause)
    const verdicts = after.filter(({ type }) => type === 'suspect' || type === 'fail')
    expect(verdicts).toEqual([])
    const healthAtPause = lines.findLast(
      ({ type }, index) => type === 'health' && index <= pause + 1,
    )
    expect(healthAtPause?.score).toBeGreaterThan(0)
    expect(lines.filter(({ code }) => code === 'stalled')).toHaveLength(1)
    expect(lines.find(({ type }) => type === 'calm')?.members).toEqual([
      'one alive',
      'pausing alive',
      'two alive',
    ])
  })
})
