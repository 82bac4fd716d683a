import { type CommandFailure, usageFailure } from '../failure.ts'
import {
  environmentName,
  type Flag,
  type Flags,
  flagName,
  splitAtCommas,
  type Values,
} from './flag.ts'
import { Refusal } from './refusal.ts'

export type Source = 'flag' | 'environment' | 'file' | 'default'

/** Where a value came from, and what it was called there. */
export interface Origin {
  readonly source: Source
  readonly label: string
}

export interface Resolved<F extends Flags> {
  readonly values: Values<F>
  readonly origins: { readonly [Name in keyof F]: Origin }
  /** What the user should know although it is no error. */
  readonly notes: readonly string[]
}

/** What was given on the command line and in the file, as texts, by the flag's key. */
export type Given = Readonly<Record<string, readonly string[]>>

export interface Layers {
  readonly commandLine: Given
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly file?: { readonly path: string; readonly given: Given } | undefined
}

/**
 * Every flag's value: the command line beats the environment, that beats the file.
 * @throws CommandFailure with exit code 2 that names the flag, what it got and what it takes
 */
export function resolveFlags<F extends Flags>(flags: F, layers: Layers): Resolved<F> {
  const values: Record<string, unknown> = {}
  const origins: Record<string, Origin> = {}
  const notes: string[] = []
  for (const [key, flag] of Object.entries(flags)) {
    const { texts, origin } = find(key, flag, layers, notes)
    origins[key] = origin
    values[key] = texts === undefined ? flag.initial : readOrRefuse(flag, texts, origin)
  }
  return { values, origins, notes } as unknown as Resolved<F>
}

function find(
  key: string,
  flag: Flag<unknown>,
  layers: Layers,
  notes: string[],
): { texts: readonly string[] | undefined; origin: Origin } {
  const given = layers.commandLine[key]
  if (given !== undefined) {
    const origin: Origin = { source: 'flag', label: `--${flagName(key)}` }
    return { texts: flag.commas ? given.flatMap(splitAtCommas) : given, origin }
  }
  for (const name of [key, ...flag.aliases].map(environmentName)) {
    const text = layers.environment[name]
    if (text === undefined || text === '') continue
    if (isServiceLink(text)) {
      notes.push(`${name} is ignored: ${text} is what Kubernetes sets for a service of that name.`)
      continue
    }
    return { texts: flag.partsOf(text), origin: { source: 'environment', label: name } }
  }
  const filed = layers.file?.given[key]
  if (layers.file !== undefined && filed !== undefined) {
    const label = `${layers.file.path}: ${flagName(key)}`
    return {
      texts: flag.commas ? filed.flatMap(splitAtCommas) : filed,
      origin: { source: 'file', label },
    }
  }
  return { texts: undefined, origin: { source: 'default', label: 'default' } }
}

/** A service called `hearsay` makes Kubernetes set HEARSAY_PORT to `tcp://10.0.0.1:80`. */
function isServiceLink(text: string): boolean {
  return /^(tcp|udp|sctp):\/\//.test(text)
}

function readOrRefuse(flag: Flag<unknown>, texts: readonly string[], origin: Origin): unknown {
  try {
    if (texts.length === 0) throw new Refusal('at least one value')
    return flag.read(texts)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw refused(flag, texts, origin, error)
  }
}

function refused(
  flag: Flag<unknown>,
  texts: readonly string[],
  origin: Origin,
  refusal: Refusal,
): CommandFailure {
  const quoted = flag.secret ? 'a value that is not shown' : `"${texts.at(-1) ?? ''}"`
  return usageFailure(
    `${origin.label} got ${refusal.got ?? quoted}; it takes ${refusal.takes}.`,
    undefined,
    refusal.code,
  )
}
