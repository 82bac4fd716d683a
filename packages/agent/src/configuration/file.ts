import { readFileSync } from 'node:fs'
import { usageFailure } from '../failure.ts'
import { flagName } from './flag.ts'
import type { Given } from './resolve.ts'

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'this user may not read it',
}

const largestFileBytes = 1_048_576

/**
 * Reads `--config FILE`: one JSON object whose keys are the flags' names (`join-timeout` or
 * `joinTimeout`). A list repeats the flag; an object of `set` or `meta` gives its pairs.
 * A key that no command knows is refused; what belongs to other commands is passed over.
 */
export function readConfigurationFile(path: string, known: ReadonlyMap<string, string>): Given {
  const given: Record<string, string[]> = {}
  for (const [name, value] of Object.entries(parse(path))) {
    const key = known.get(flagName(name))
    if (key === undefined) {
      const names = [...known.keys()].sort().join(', ')
      throw usageFailure(`${path}: "${name}" is no setting; there are ${names}.`)
    }
    given[key] = [...(given[key] ?? []), ...texts(path, name, value)]
  }
  return given
}

function parse(path: string): object {
  let text: string
  try {
    const bytes = readFileSync(path)
    if (bytes.length > largestFileBytes) {
      throw usageFailure(`--config got ${path} of ${bytes.length} bytes; it takes at most 1 MiB.`)
    }
    text = bytes.toString('utf8')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) throw error
    throw usageFailure(
      `--config got ${path}, which cannot be read: ${reasons[error.code] ?? error.message}.`,
    )
  }
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw usageFailure(`--config got ${path}, which is not JSON: ${why}.`)
  }
  throw usageFailure(`--config got ${path}; it takes a file with one JSON object.`)
}

function texts(path: string, name: string, value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)]
  if (Array.isArray(value)) return value.flatMap((each) => texts(path, name, each))
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value)
    return pairs.map(([key, each]) => `${key}=${texts(path, name, each).join(',')}`)
  }
  throw usageFailure(
    `${path}: "${name}" is ${String(value)}; it must be a string, number, boolean, list or object.`,
  )
}
