import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { run } from '../commands/run.ts'
import { fakeSurroundings } from '../fakes/fake-surroundings.ts'

const folder = mkdtempSync(join(tmpdir(), 'hearsay-sim-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

function file(name: string, content: object | string): string {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

const quick = [
  '--nodes',
  '6',
  '--profile',
  'local',
  '--for',
  '20s',
  '--seed',
  '1',
  '--workers',
  '1',
]
const least = { name: 'mine', nodes: 6, profile: 'local', safetyMs: 20_000, livenessMs: 60_000 }

describe('hearsay sim', () => {
  test('tells the seed and the command first, and gives figures with intervals', async () => {
    const { exitCode, stderr, stdout } = await run(['sim', ...quick, '--runs', '2', '-o', 'json'])
    expect(exitCode).toBe(0)
    expect(stderr.split('\n')[0]).toBe(
      'seed 1: hearsay sim --nodes 6 --profile local --for 20000ms --seed 1 --runs 2',
    )
    const answer = JSON.parse(stdout) as {
      seed: number
      failedSeeds: number[]
      results: {
        figures: { figure: string; low: number; mean: number; high: number }[]
        runs: { seed: number }[]
      }[]
    }
    expect(answer).toMatchObject({ seed: 1, failedSeeds: [], runs: { planned: 2, finished: 2 } })
    const [result] = answer.results
    expect(result?.runs.map(({ seed }) => seed)).toEqual([1, 2])
    const detection = result?.figures.find(({ figure }) => figure === 'firstDetectionMs')
    expect(detection?.low).toBeLessThanOrEqual(detection?.mean ?? 0)
    expect(detection?.high).toBeGreaterThanOrEqual(detection?.mean ?? Infinity)
  })

  test('is the same again with the same seed, run by run, as a stream', async () => {
    const words = ['sim', ...quick, '--runs', '1', '-o', 'ndjson']
    const [one, other] = await Promise.all([run(words), run(words)])
    const [first] = one.stdout.split('\n')
    expect(JSON.parse(first ?? '')).toMatchObject({ seed: 1, complete: true, violations: [] })
    expect(one.stdout).toBe(other.stdout)
  })

  test('holds settings side by side and writes a report that is one file', async () => {
    const report = join(folder, 'report.html')
    const flags = ['--runs', '1', '--sweep', 'probeIntervalMs=500,1000', '--report', report]
    const { exitCode, stdout } = await run(['sim', ...quick, ...flags, '-o', 'table'])
    expect(exitCode).toBe(0)
    expect(stdout).toContain('A  probeIntervalMs=500\nB  probeIntervalMs=1000')
    expect(stdout).toMatch(/FIGURE +A/)
    const html = readFileSync(report, 'utf8')
    expect(html).toContain(
      'hearsay sim --nodes 6 --profile local --for 20000ms --sweep probeIntervalMs=500,1000',
    )
    expect(html).not.toMatch(/(src|href)="(?!data:)/)
  })

  test('compares files', async () => {
    const one = file('one.json', least)
    const other = file('other.json', { ...least, settings: { gossipNodes: 1 } })
    const { exitCode, stdout, stderr } = await run([
      'sim',
      '--compare',
      one,
      other,
      '--runs',
      '1',
      '--seed',
      '1',
      '-o',
      'table',
    ])
    expect(exitCode).toBe(0)
    expect(stdout).toContain('A  one\nB  other')
    const again = `hearsay sim --compare ${one} --compare ${other} --seed 1 --runs 1\n`
    expect(stderr).toContain(again)
  })

  test('ends with 1 and the seed first where a checker fails', async () => {
    const path = file('hopeless.json', {
      ...least,
      livenessMs: 1,
      steps: [{ at: 19_999, do: 'crash', who: [1] }],
    })
    const words = ['--scenario', path, '--seed', '9']
    const ran = await run(['sim', ...words, '--runs', '1', '-o', 'table'])
    expect(ran.exitCode).toBe(1)
    expect(ran.stdout.split('\n')[0]).toMatch(/^seed 9 failed: /)
    expect(ran.stdout).toContain(`hearsay sim replay 9 --scenario ${path}`)
    const replayed = await run(['sim', 'replay', '9', '--scenario', path, '-o', 'json'])
    expect(replayed.exitCode).toBe(1)
    const table = await run(['sim', 'replay', '9', '--scenario', path, '-o', 'table'])
    expect(table.stdout).toMatch(/^9 .* completeness \(\d+ times\)$/m)
    const [replay] = JSON.parse(replayed.stdout) as { seed: number; trace: string[] }[]
    expect(replay?.trace[0]).toMatch(/^seed 9: /)
  })

  test('that is interrupted ends with 130 and writes what it has', async () => {
    const report = join(folder, 'interrupted.html')
    const controller = new AbortController()
    controller.abort(new Error('SIGINT'))
    const surroundings = fakeSurroundings({ interrupted: controller.signal })
    const ran = await run(['sim', ...quick, '-o', 'json', '--report', report], surroundings)
    expect(ran.exitCode).toBe(130)
    expect(JSON.parse(ran.stdout)).toMatchObject({ runs: { planned: 5, finished: 0 } })
    expect(readFileSync(report, 'utf8')).toContain('It was interrupted: 0 of 5 runs')
  })

  test('tells how far it is on a terminal', async () => {
    const surroundings = fakeSurroundings({ terminal: { columns: 80, rows: 24 } })
    Object.assign(surroundings.stderr, { isTTY: true, columns: 80 })
    await run(['sim', ...quick, '--runs', '2', '--color', 'never'], surroundings)
    expect(surroundings.stderr.text).toMatch(/\[[█░]{24}\] \d+ %, \d of 2 runs/)
  })

  test.each<[string[], string]>([
    [
      ['--scenario', 'crsh'],
      '"crsh" is neither a scenario nor a file; there are crash, crash-many,',
    ],
    [
      ['--set', 'probeMs=3'],
      '--set got "probeMs=3"; it takes NAME=VALUE with one of protocolVersion,',
    ],
    [
      ['--set', 'gossipNodes=300'],
      '--set got "gossipNodes=300"; it takes a whole number from 0 to 255 for gossipNodes.',
    ],
    [
      ['--set', 'probeTimeoutMs=1000'],
      '--scenario crash: settings.probeTimeoutMs is 1000; it must be less than probeIntervalMs (1000).',
    ],
    [['--nodes', '1'], '--nodes got "1"; it takes a whole number from 2 to 100000.'],
    [
      ['--loss', '5'],
      '--loss got "5"; it takes a share from 0 to 1, such as 0.05, or a percentage, such as 5%.',
    ],
    [['--delay', '9..1'], '--delay got "9..1"; it takes a time or a range up to 60s'],
    [['--sweep', 'gossipNodes'], '--sweep got'],
    [['--sweep', 'gossipNodes=1,x'], '--sweep got "gossipNodes=x"; it takes a whole number'],
    [['--compare', 'a.json'], '--compare got one file, a.json; it takes two or more.'],
    [
      ['--compare', 'a.json', '--sweep', 'gossipNodes=1', 'b.json'],
      '--compare and --sweep are both given',
    ],
    [['lst'], '"lst" is no command of sim; it takes list, replay, or flags only.'],
    [
      ['--report', '/no/such/folder/r.html'],
      '--report got /no/such/folder/r.html, which cannot be written',
    ],
    [
      ['--scenario', 'swarm', '--nodes', '9'],
      '--scenario swarm draws everything from the seed; it does not take --nodes.',
    ],
    [['replay', 'x'], 'The seed got "x"; it takes a whole number from 0 to 4294967295.'],
  ])('refuses %j with one sentence and code 2', async (words, sentence) => {
    const { exitCode, failure, stdout } = await run(['sim', ...words])
    expect(exitCode).toBe(2)
    expect(failure?.message).toContain(sentence)
    expect(stdout).toBe('')
  })

  test('refuses more members than memory allows before it starts, with the estimate', async () => {
    const { exitCode, failure } = await run(['sim', '--nodes', '100000'])
    expect(exitCode).toBe(2)
    expect(failure?.message).toMatch(
      /^--nodes got 100000: that takes about \d+ GB of memory, and [\d.]+ GB are free; at most \d+ fit\.$/,
    )
  })

  test('refuses a flag that it does not have, and a file that is not valid', async () => {
    expect((await run(['sim', '--nods', '3'])).stderr).toContain("unknown option '--nods'")
    const bad = file('bad.json', { ...least, nodes: 'many' })
    const { exitCode, failure } = await run(['sim', '--scenario', bad])
    expect(exitCode).toBe(2)
    expect(failure?.message).toBe(
      `${bad}: nodes is "many"; it must be a whole number from 2 to 100000.`,
    )
  })
})

describe('hearsay sim list', () => {
  test('names the scenarios, each with its question', async () => {
    const { exitCode, stdout } = await run(['sim', 'list', '-o', 'table', '--color', 'never'])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^NAME +LASTS +WHAT IT ANSWERS\ncrash +1m +One member crashes/)
    expect(stdout).toMatch(/\nswarm +drawn /)
  })
})

describe('hearsay sim replay', () => {
  test('gives the same hash each time, with the flags before or after it', async () => {
    const words = ['--nodes', '6', '--for', '10s']
    const after = await run(['sim', 'replay', '5', ...words, '-o', 'json'])
    const before = await run(['sim', ...words, 'replay', '5', '-o', 'json'])
    expect(after.exitCode).toBe(0)
    expect(JSON.parse(after.stdout)).toEqual(JSON.parse(before.stdout))
    const [replay] = JSON.parse(after.stdout) as { seed: number; hash: string }[]
    expect(replay?.seed).toBe(5)
    expect(replay?.hash).toMatch(/^[0-9a-f]{16}$/)
  })
})
