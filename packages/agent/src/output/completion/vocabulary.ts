import type { NamedCommand } from '../../commands/command.ts'
import { flagName } from '../../configuration/flag.ts'

/** A word that may follow, and what it stands for. */
export interface Word {
  readonly text: string
  readonly meaning: string
}

export interface FlagWord extends Word {
  readonly short: string | undefined
  readonly takesValue: boolean
}

/** A flag with a closed set of values. */
export interface Choice {
  readonly text: string
  readonly short: string | undefined
  readonly values: readonly string[]
}

/** The words that may follow, by the command words so far: what the scripts of all shells are made of. */
export interface Vocabulary {
  /** Of `hearsay` itself (the empty path) and of groups: the commands that may follow. */
  readonly next: ReadonlyMap<string, readonly Word[]>
  /** Of each command its flags; `sim list` before `sim`, as the first that fits is taken. */
  readonly flags: ReadonlyMap<string, readonly FlagWord[]>
  /** The same flag means the same everywhere. */
  readonly choices: readonly Choice[]
}

const help: FlagWord = flagWord('--help', 'show the help', 'h')

export function vocabularyOf(
  commands: readonly NamedCommand[],
  groups: Readonly<Record<string, { readonly summary: string }>>,
  operands: Readonly<Record<string, readonly string[]>>,
): Vocabulary {
  const next = new Map<string, Word[]>([['', []]])
  const flags = new Map<string, FlagWord[]>()
  const choices = new Map<string, Choice>()
  const add = (path: string, text: string, meaning: string) => {
    const words = next.get(path) ?? []
    next.set(path, words)
    if (!words.some((word) => word.text === text)) words.push({ text, meaning })
  }
  for (const { name, summary, flags: all } of commands) {
    const [first = '', second] = name.split(' ')
    add('', first, groups[first]?.summary ?? summary)
    if (second !== undefined) add(first, second, summary)
    const words: FlagWord[] = []
    for (const [key, { choices: values, meaning, placeholder, short }] of Object.entries(all)) {
      const text = `--${flagName(key)}`
      words.push({ text, meaning, short, takesValue: placeholder !== undefined })
      if (values !== undefined) choices.set(text, { text, short, values })
    }
    flags.set(name, [...words, help])
  }
  for (const group of Object.keys(groups)) flags.set(group, [help])
  for (const [name, values] of Object.entries(operands)) {
    for (const value of values) add(name, value, '')
  }
  const deepestFirst = [...flags].sort(([a], [b]) => depth(b) - depth(a))
  const top = [flagWord('--version', 'print the version', 'V'), help]
  return {
    next,
    flags: new Map([...deepestFirst, ['', top]]),
    choices: [...choices.values()],
  }
}

/** All that the flag may be called on a command line. */
export function spellings({ text, short }: Choice): readonly string[] {
  return short === undefined ? [text] : [text, `-${short}`]
}

function flagWord(text: string, meaning: string, short: string): FlagWord {
  return { text, meaning, short, takesValue: false }
}

function depth(name: string): number {
  return name.split(' ').length
}
