import type { AnyCommand } from '../commands/command.ts'
import { flagName } from '../configuration/flag.ts'

export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

/** The words that may follow, by the command words so far: what all three scripts are made of. */
interface Words {
  /** Of `hearsay` itself and of groups: the commands that may follow. */
  readonly next: ReadonlyMap<string, readonly string[]>
  /** Of each command: its flags. */
  readonly flags: ReadonlyMap<string, readonly string[]>
  /** Of each flag with a closed set of values: the values. The same flag means the same everywhere. */
  readonly choices: ReadonlyMap<string, readonly string[]>
}

export function completionScript(shell: Shell, commands: readonly AnyCommand[]): string {
  const words = wordsOf(commands)
  switch (shell) {
    case 'bash':
      return bash(words)
    case 'zsh':
      return `#compdef hearsay\nautoload -U +X bashcompinit && bashcompinit\n${bash(words)}`
    case 'fish':
      return fish(words, commands)
  }
}

function wordsOf(commands: readonly AnyCommand[]): Words {
  const next = new Map<string, string[]>([['', []]])
  const flags = new Map<string, string[]>()
  const choices = new Map<string, readonly string[]>()
  for (const { name, flags: all } of commands) {
    const [first = '', second] = name.split(' ')
    const top = next.get('') ?? []
    if (!top.includes(first)) top.push(first)
    if (second !== undefined) next.set(first, [...(next.get(first) ?? []), second])
    flags.set(name, ['--help'])
    for (const [key, flag] of Object.entries(all)) {
      flags.get(name)?.push(`--${flagName(key)}`)
      if (flag.choices !== undefined) choices.set(`--${flagName(key)}`, flag.choices)
    }
  }
  next.set('completion', [...shells])
  return { next, flags, choices }
}

function bash({ next, flags, choices }: Words): string {
  const arms = (map: ReadonlyMap<string, readonly string[]>, indent: string) =>
    [...map].map(([key, values]) => `${indent}'${key}') words='${values.join(' ')}' ;;`).join('\n')
  return `_hearsay() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local path='' word words=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) break ;; *) path="\${path:+$path }$word" ;; esac
  done
  case "$previous" in
${arms(choices, '    ')}
    *)
      if [[ "$current" == -* ]]; then
        case "$path" in
${arms(flags, '          ')}
        esac
      else
        case "$path" in
${arms(next, '          ')}
        esac
      fi ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _hearsay hearsay`
}

function fish({ next }: Words, commands: readonly AnyCommand[]): string {
  const quote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
  const lines = ['complete -c hearsay -f']
  for (const [path, words] of next) {
    const condition = path === '' ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${path}`
    for (const word of words) {
      const name = path === '' ? word : `${path} ${word}`
      const summary = commands.find((command) => command.name === name)?.summary ?? ''
      const about = summary === '' ? '' : ` -d ${quote(summary)}`
      lines.push(`complete -c hearsay -n ${quote(condition)} -a ${word}${about}`)
    }
  }
  for (const { name, flags } of commands) {
    const condition = name
      .split(' ')
      .map((word) => `__fish_seen_subcommand_from ${word}`)
      .join('; and ')
    for (const [key, flag] of Object.entries(flags)) {
      const short = flag.short === undefined ? '' : ` -s ${flag.short}`
      const value = flag.placeholder === undefined ? '' : ' -r'
      const choices = flag.choices === undefined ? '' : ` -a ${quote(flag.choices.join(' '))}`
      const parts = `-n ${quote(condition)} -l ${flagName(key)}${short}${value}${choices}`
      lines.push(`complete -c hearsay ${parts} -d ${quote(flag.meaning)}`)
    }
  }
  return lines.join('\n')
}
