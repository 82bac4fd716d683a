import { z } from 'zod'
import { keyText, readKey } from '../configuration/key.ts'
import { Refusal } from '../configuration/refusal.ts'
import { usageFailure } from '../failure.ts'
import { readIfThere, writePrivately } from './private-file.ts'

const schema = z.array(z.string()).min(1).max(1_024)

/** Serf's and Consul's form: a JSON list of keys in base64, the first of which encrypts. */
export function readKeyringFile(path: string): readonly Uint8Array[] | undefined {
  const text = readIfThere(path)
  if (text === undefined) return undefined
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    parsed = undefined
  }
  const list = schema.safeParse(parsed)
  if (!list.success) {
    throw usageFailure(`${path} is not a JSON list of at least one key; it must be ["base64…", …].`)
  }
  return list.data.map((each, index) => {
    try {
      return readKey(each)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      const text = `${path}: key ${index + 1} is ${error.got ?? 'not a key'}; it takes ${error.takes}.`
      throw usageFailure(text, undefined, error.code)
    }
  })
}

export function writeKeyringFile(path: string, keys: readonly Uint8Array[]): void {
  writePrivately(path, `${JSON.stringify(keys.map(keyText), null, 2)}\n`)
}
