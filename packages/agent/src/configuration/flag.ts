import { Refusal } from './refusal.ts'

/**
 * One flag: how it is called, what it takes, and how its text becomes a value. The command line,
 * the environment and the configuration file all go through the same reader.
 */
export interface Flag<Value> {
  /** What stands for the value in the help; a switch has none. */
  readonly placeholder: string | undefined
  readonly meaning: string
  /** What the help says is the default. */
  readonly defaultText: string | undefined
  /** Reads what was given, in order; one text where the flag is not repeatable. */
  readonly read: (texts: readonly string[]) => Value
  /** The value where nothing is given. */
  readonly initial: Value
  readonly repeatable: boolean
  /** Whether a comma parts several values on the command line and in the file, too. */
  readonly commas: boolean
  /** The values in one environment variable. */
  readonly partsOf: (text: string) => readonly string[]
  /** Never shown, neither in messages nor by --check. */
  readonly secret: boolean
  readonly short: string | undefined
  readonly aliases: readonly string[]
  readonly choices: readonly string[] | undefined
}

export type Flags = Readonly<Record<string, Flag<unknown>>>
export type ValueOf<F> = F extends Flag<infer Value> ? Value : never
export type Values<F extends Flags> = { readonly [Name in keyof F]: ValueOf<F[Name]> }

interface Extras {
  readonly secret?: boolean
  readonly short?: string
  readonly aliases?: readonly string[]
  readonly choices?: readonly string[]
  readonly commas?: boolean
  readonly partsOf?: (text: string) => readonly string[]
}

function flag<Value>(
  base: Pick<Flag<Value>, 'placeholder' | 'meaning' | 'read' | 'initial' | 'repeatable'>,
  defaultText: string | undefined,
  extras: Extras,
): Flag<Value> {
  return {
    secret: false,
    short: undefined,
    aliases: [],
    choices: undefined,
    commas: false,
    partsOf: base.repeatable ? splitAtCommas : (text) => [text],
    ...base,
    defaultText,
    ...extras,
  }
}

export function splitAtCommas(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** As `splitAtCommas`, but a text that is not all pairs is one plain value, commas and all. */
export function splitPairs(text: string): string[] {
  const parts = splitAtCommas(text)
  return parts.every((part) => /^[A-Za-z0-9_.-]+=/.test(part)) ? parts : [text]
}

/** A flag with one value; undefined where it is not given. */
export function single<Value>(
  placeholder: string,
  meaning: string,
  read: (text: string) => Value,
  extras: Extras & { readonly defaultText?: string } = {},
): Flag<Value | undefined> {
  const { defaultText, ...others } = extras
  const base = { placeholder, meaning, initial: undefined, repeatable: false }
  return flag<Value | undefined>(
    { ...base, read: (texts) => read(texts.at(-1) ?? '') },
    defaultText,
    others,
  )
}

/** A flag with one value and a default. */
export function defaulted<Value>(
  placeholder: string,
  meaning: string,
  read: (text: string) => Value,
  defaultText: string,
  extras: Extras = {},
): Flag<Value> {
  const base = { placeholder, meaning, initial: read(defaultText), repeatable: false }
  return flag({ ...base, read: (texts) => read(texts.at(-1) ?? '') }, defaultText, extras)
}

/** A flag that may be given several times. */
export function repeated<Value>(
  placeholder: string,
  meaning: string,
  read: (text: string) => Value,
  extras: Extras = {},
): Flag<readonly Value[]> {
  const base = { placeholder, meaning, initial: [], repeatable: true }
  return flag<readonly Value[]>({ ...base, read: (texts) => texts.map(read) }, undefined, extras)
}

/** A flag that may be given several times, whose texts make one value together. */
export function collected<Value>(
  placeholder: string,
  meaning: string,
  read: (texts: readonly string[]) => Value,
  extras: Extras = {},
): Flag<Value> {
  const base = { placeholder, meaning, initial: read([]), repeatable: true }
  return flag<Value>({ ...base, read }, undefined, extras)
}

/** A flag without a value. */
export function toggle(meaning: string, extras: Extras = {}): Flag<boolean> {
  const base = { placeholder: undefined, meaning, initial: false, repeatable: false }
  return flag<boolean>(
    { ...base, read: (texts) => readSwitch(texts.at(-1) ?? '') },
    undefined,
    extras,
  )
}

function readSwitch(text: string): boolean {
  if (['true', '1', 'yes', 'on'].includes(text.toLowerCase())) return true
  if (['false', '0', 'no', 'off'].includes(text.toLowerCase())) return false
  throw new Refusal('true or false')
}

/** A reader for one of a closed set of words. */
export function oneOf<const Word extends string>(words: readonly Word[]): (text: string) => Word {
  return (text) => {
    const found = words.find((word) => word === text)
    if (found === undefined) throw new Refusal(`one of ${words.join(', ')}`)
    return found
  }
}

/** A reader for a whole number within bounds. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    if (!(value >= min && value <= max)) throw new Refusal(`a whole number from ${min} to ${max}`)
    return value
  }
}

/** `joinTimeout` as it is written on the command line: `join-timeout`. */
export function flagName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

/** `joinTimeout` as it is written in the environment: `HEARSAY_JOIN_TIMEOUT`. */
export function environmentName(key: string): string {
  return `HEARSAY_${flagName(key).replaceAll('-', '_').toUpperCase()}`
}
