import type { Flags, Values } from '../configuration/flag.ts'
import { flagName } from '../configuration/flag.ts'
import type { Origin } from '../configuration/resolve.ts'

/** Where its output goes and how fast it comes does not change what comes out. */
const notRepeated = new Set([
  'seed',
  'runs',
  'report',
  'workers',
  'force',
  'output',
  'color',
  'config',
])

/** The flags that somebody needs to get the same again, as they were given. */
export function repeatable<F extends Flags>(
  flags: F,
  values: Values<F>,
  origins: { readonly [Name in keyof F]: Origin },
): string {
  return Object.keys(flags)
    .filter((key) => !notRepeated.has(key) && origins[key]?.source !== 'default')
    .map((key) => flagText(key, values[key]))
    .join(' ')
}

function flagText(key: string, value: unknown): string {
  const flag = `--${flagName(key)}`
  switch (key) {
    case 'set':
      return Object.entries(value as object)
        .map(([name, each]) => `${flag} ${name}=${each}`)
        .join(' ')
    case 'sweep':
      return (value as { setting: string; values: unknown[] }[])
        .map(({ setting, values }) => `${flag} ${setting}=${values.join(',')}`)
        .join(' ')
    case 'delay':
      return `${flag} ${(value as number[]).join('..')}ms`
    case 'for':
      return `${flag} ${String(value)}ms`
    case 'compare':
      return `${flag} ${(value as string[]).map(quoted).join(` ${flag} `)}`
    default:
      return `${flag} ${quoted(String(value))}`
  }
}

function quoted(text: string): string {
  return /^[\w./:=@%,+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
