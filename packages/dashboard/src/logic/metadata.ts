import type { Bytes } from '../api/types.ts'
import { shownBytes } from './bytes.ts'
import { objectOf } from './json.ts'

/** Metadata on one line. */
export function metadataLine(meta: Bytes): string {
  const text = shownBytes(meta)
  return (
    pairsOf(text)
      ?.map((pair) => pair.join('='))
      .join(' ') ?? text
  )
}

/**
 * Metadata in one of the usual forms as pairs: a flat JSON object, or `name=value` parted by white
 * space, commas or semicolons. Undefined for any other text.
 */
export function pairsOf(text: string): readonly (readonly [string, string])[] | undefined {
  const fromJson = flatObject(text)
  if (fromJson !== undefined) return fromJson
  const parts = text.split(/[\s,;]+/).filter(Boolean)
  const pairs = parts.map((part) => /^([^=]+)=(.*)$/s.exec(part))
  if (parts.length === 0 || pairs.includes(null)) return undefined
  return pairs.map((found) => [found?.[1] ?? '', found?.[2] ?? ''] as const)
}

function flatObject(text: string): (readonly [string, string])[] | undefined {
  const object = objectOf(text)
  if (object === undefined) return undefined
  return Object.entries(object).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ])
}
