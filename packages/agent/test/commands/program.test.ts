import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { groups, loadCommands } from '../../src/commands/all.ts'
import { flagName } from '../../src/configuration/flag.ts'
import { version } from '../../src/version.ts'
import { fakeSurroundings } from '../fakes/fake-surroundings.ts'
import { run } from './run.ts'

const commands = await loadCommands()

/** The words of `hearsay …` within an example: pipes, assignments and redirections aside. */
function wordsOf(line: string): string[] {
  const [, rest = ''] =
    /\bhearsay (.*)$/.exec(line.split('|').find((part) => part.includes('hearsay ')) ?? '') ?? []
  const [own = ''] = rest.split(/\)?\s[<>]\s|\)$/)
  return [...own.matchAll(/"[^"]*"|'[^']*'|[^\s]+/g)].map(([word]) =>
    word.replace(/^["']|["']$/g, ''),
  )
}

describe('Every command', () => {
  const all = [
    ...commands.map(({ name, examples }) => ({ name, examples })),
    ...Object.entries(groups).map(([name, { examples }]) => ({ name, examples })),
  ]

  test.each(all)('$name has a help with at least two examples', async ({ name, examples }) => {
    const { exitCode, stdout, stderr } = await run([...name.split(' '), '--help'])
    expect(exitCode).toBe(0)
    expect(stderr).toBe('')
    expect(examples.length).toBeGreaterThanOrEqual(2)
    for (const [line] of examples) expect(stdout).toContain(`$ ${line}`)
  })

  test.each(all.flatMap(({ examples }) => examples.map(([line]) => [line])))(
    'in the example "%s" exists, and so do its flags',
    (line) => {
      const words = wordsOf(line)
      const found = commands
        .filter(({ name }) => words.join(' ').startsWith(name))
        .sort((a, b) => b.name.length - a.name.length)[0]
      expect(found).toBeDefined()
      const flags = Object.entries(found?.flags ?? {}).flatMap(([key, flag]) => [
        `--${flagName(key)}`,
        ...(flag.short === undefined ? [] : [`-${flag.short}`]),
      ])
      for (const word of words.filter((each) => /^--?[a-z]/.test(each)))
        expect(flags).toContain(word)
    },
  )
})

describe('The program', () => {
  test('tells its version, that of the package', async () => {
    const { stdout } = await run(['--version'])
    expect(stdout.trim()).toBe(version)
    const file = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
    expect((JSON.parse(file) as { version: string }).version).toBe(version)
  })

  test.each<[string[], string]>([
    [[], 'Usage: hearsay'],
    [['agnt'], "unknown command 'agnt'\n(Did you mean agent?)"],
    [['agent', '--bnd', 'x'], "unknown option '--bnd'\n(Did you mean --bind?)"],
    [['agent', '--name'], "option '--name <NAME>' argument missing"],
    [['members', 'extra'], 'too many arguments'],
    [['ping'], "missing required argument 'member'"],
    [['keys'], 'Usage: hearsay keys'],
  ])('ends with 2 on bad usage: %j', async (words, message) => {
    const { exitCode, stderr, stdout } = await run(words)
    expect(exitCode).toBe(2)
    expect(stderr).toContain(message)
    expect(stdout).toBe('')
  })

  test('has a help that can be read, also on a terminal that does not know its width', async () => {
    const terminal = { columns: 0, rows: 0 }
    const { stdout } = await run(['kv', 'get', '--help'], fakeSurroundings({ terminal }))
    expect(stdout).toBe((await run(['kv', 'get', '--help'])).stdout)
    expect((await run(['sim', '--help'])).stdout).toContain('at N nodes? Runs the protocol')
  })

  test('documents its exit codes', async () => {
    expect((await run(['--help'])).stdout).toContain('Exit codes: 0 done; 1 failed; 2 bad usage')
  })
})

describe('hearsay agent --check', () => {
  test('tells each value with its source, and no secret', async () => {
    const surroundings = fakeSurroundings({
      environment: { HEARSAY_TOKEN: 'sesame', HEARSAY_LABEL: 'blue' },
    })
    const { exitCode, stdout } = await run(['agent', '--check', '--name', 'api-1'], surroundings)
    expect(exitCode).toBe(0)
    expect(stdout).not.toContain('sesame')
    const { values } = JSON.parse(stdout) as { values: { name: string }[] }
    const named = (name: string) => values.find((value) => value.name === name)
    expect(named('name')).toMatchObject({ value: 'api-1', source: 'flag' })
    expect(named('label')).toMatchObject({
      value: 'blue',
      source: 'environment',
      label: 'HEARSAY_LABEL',
    })
    expect(named('token')).toMatchObject({ value: '(hidden)', source: 'environment' })
  })

  test('tells what was passed over in the environment', async () => {
    const surroundings = fakeSurroundings({ environment: { HEARSAY_PORT: 'tcp://10.0.0.1:80' } })
    const { stderr } = await run(['agent', '--check'], surroundings)
    expect(stderr).toContain('HEARSAY_PORT is ignored')
  })

  test('tells which variables are no settings, but for what Kubernetes sets', async () => {
    const environment = {
      HEARSAY_NMAE: 'a',
      HEARSAY_CONFIG: '',
      HEARSAY_ACKS: '1',
      HEARSAY_SERVICE_HOST: '10.0.0.1',
      HEARSAY_HTTP_SERVICE_PORT_HTTP: '4001',
      HEARSAY_PORT_4001_TCP: 'tcp://10.0.0.1:4001',
    }
    const { stderr } = await run(['agent', '--check'], fakeSurroundings({ environment }))
    expect(stderr).toBe('HEARSAY_NMAE is ignored: no setting has that name.\n')
  })

  test('is a table on a terminal', async () => {
    const surroundings = fakeSurroundings({ terminal: { columns: 100, rows: 40 } })
    const { stdout } = await run(['agent', '--check', '--color', 'never'], surroundings)
    expect(stdout).toMatch(/^NAME +VALUE +SOURCE\n/)
    expect(stdout).toMatch(/probeIntervalMs +1000 +profile lan/)
  })

  test('refuses what an agent would refuse', async () => {
    expect((await run(['agent', '--check', '--bind', '0.0.0.0'])).failure?.message).toContain(
      '--bind',
    )
  })
})

describe('hearsay keygen', () => {
  test.each([16, 24, 32])('makes keys of %d bytes, each another one', async (bytes) => {
    const words = ['keygen', '--bytes', String(bytes)]
    const keys = await Promise.all([run(words), run(words)])
    const [one, other] = keys.map(({ stdout }) => Buffer.from(stdout.trim(), 'base64'))
    expect(one).toHaveLength(bytes)
    expect(one).not.toEqual(other)
  })

  test('writes the key alone, unless it is asked for JSON', async () => {
    expect((await run(['keygen'])).stdout).toMatch(/^[A-Za-z0-9+/]{43}=\n$/)
    const answer = JSON.parse((await run(['keygen', '-o', 'json'])).stdout) as object
    expect(Object.keys(answer)).toEqual(['key', 'id', 'bytes'])
  })
})

describe('hearsay completion', () => {
  test.each(['bash', 'zsh', 'fish'])('for %s knows all commands and flags', async (shell) => {
    const { stdout, exitCode } = await run(['completion', shell])
    expect(exitCode).toBe(0)
    for (const { name, flags } of commands) {
      for (const word of name.split(' ')) expect(stdout).toContain(word)
      for (const key of Object.keys(flags)) expect(stdout).toContain(flagName(key))
    }
  })

  test('is refused for another shell', async () => {
    const { exitCode, failure } = await run(['completion', 'tcsh'])
    expect(exitCode).toBe(2)
    expect(failure?.message).toContain('it takes one of bash, zsh, fish')
  })
})
