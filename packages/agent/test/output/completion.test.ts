import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { groups, loadCommands } from '../../src/commands/all.ts'
import { completionScript, type Shell, shells } from '../../src/output/completion/script.ts'

const commands = await loadCommands()
const directory = mkdtempSync(join(tmpdir(), 'hearsay-'))
afterAll(() => rmSync(directory, { recursive: true }))
const installed = shells.filter((shell) => spawnSync(shell, ['-c', 'true']).status === 0)

/** What each shell is asked to do with the words of a line, the last of which is being typed. */
const harnesses: Readonly<Record<Shell, string>> = {
  bash: `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _hearsay
printf "%s\\n" "\${COMPREPLY[@]}"`,
  // The functions of zsh's own completion work in its line editor alone; these tell what they are given.
  zsh: `compdef() {}
_describe() { local name=\${@[-1]}; print -rl -- \${(P)name} }
compadd() { shift; print -rl -- "$@" }
compset() { PREFIX=\${PREFIX#*=} }
_files() { print -- FILES }
source "$1"; shift; words=("$@"); CURRENT=$#; PREFIX=\${@[-1]}; _hearsay`,
  fish: 'source $argv[1]; complete -C (string join " " -- $argv[2..])',
}

function complete(shell: Shell, words: readonly string[]): string[] {
  const script = join(directory, shell)
  writeFileSync(script, completionScript(shell, commands, groups))
  const prefix = { bash: ['-c', harnesses.bash, 'bash'], zsh: ['-f', '-c', harnesses.zsh, 'zsh'] }
  const first = shell === 'fish' ? ['-N', '-c', harnesses.fish] : prefix[shell]
  const { stdout, stderr, status } = spawnSync(shell, [...first, script, ...words], {
    encoding: 'utf8',
    env: { ...process.env, HOME: directory, XDG_CONFIG_HOME: directory },
  })
  expect(stderr).toBe('')
  expect(status).toBe(0)
  // What a word means comes after a tab or a colon.
  return stdout
    .split('\n')
    .map((line) => line.split(/[\t:]/)[0] ?? '')
    .filter((word) => word !== '')
}

describe.each(installed)('In %s', (shell) => {
  test('commands are completed', () => {
    const top = complete(shell, ['hearsay', ''])
    for (const { name } of commands) expect(top).toContain(name.split(' ')[0])
    expect(new Set(top).size).toBe(top.length)
  })

  test('commands of a group are completed', () => {
    const found = complete(shell, ['hearsay', 'kv', ''])
    expect(found.sort()).toEqual(['del', 'get', 'list', 'put', 'watch'])
  })

  test('flags are completed, before operands and after them', () => {
    for (const words of [['--'], ['key', '--'], ['key', 'value', '--']]) {
      const found = complete(shell, ['hearsay', 'kv', 'put', ...words])
      expect(found).toContain('--if-version')
      expect(found).toContain('--help')
      expect(found).not.toContain('--data-dir')
    }
  })

  test('values of flags are completed where there is a choice', () => {
    expect(complete(shell, ['hearsay', 'agent', '--kv', '']).sort()).toEqual([
      'go-example',
      'native',
    ])
  })

  test('values are completed after the short form of a flag and after an equals sign, too', () => {
    expect(complete(shell, ['hearsay', 'kv', 'get', '-o', 'n'])).toContain('ndjson')
    const words = shell === 'bash' ? ['--kv', '=', 'n'] : ['--kv=n']
    const found = complete(shell, ['hearsay', 'agent', ...words])
    expect(found.map((word) => word.replace('--kv=', ''))).toContain('native')
  })

  test('flags are those of the command within a command, and of hearsay itself', () => {
    expect(complete(shell, ['hearsay', 'sim', 'list', '--'])).not.toContain('--nodes')
    expect(complete(shell, ['hearsay', 'sim', 'replay', '--'])).toContain('--shrink')
    expect(complete(shell, ['hearsay', '--'])).toContain('--version')
    expect(complete(shell, ['hearsay', 'kv', '--'])).toEqual(['--help'])
    expect(complete(shell, ['hearsay', 'kv', 'get', 'events', '--'])).not.toContain('--replay')
  })

  test('after a flag no further command is offered', () => {
    expect(complete(shell, ['hearsay', 'sim', '--report', 're'])).not.toContain('replay')
    expect(complete(shell, ['hearsay', 'sim', '--force', 're'])).not.toContain('replay')
  })

  test('shells are completed', () => {
    const found = complete(shell, ['hearsay', 'completion', ''])
    expect(found.sort()).toEqual(['bash', 'fish', 'zsh'])
  })
})

test('A script is made for a shell whether it is installed here or not', () => {
  expect(installed).toContain('bash')
  for (const shell of shells) expect(completionScript(shell, commands, groups)).toContain('hearsay')
})
