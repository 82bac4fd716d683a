import { limits } from '@hearsay/memberlist'
import { Refusal } from './refusal.ts'

const takes = `KEY=VALUE pairs, or one plain value; together at most ${limits.metaBytes} bytes`
const pair = /^([A-Za-z0-9_.-]+)=(.*)$/s

/**
 * Metadata from `--meta`: one plain value is taken as it is; pairs become a JSON object, which
 * every language reads and which still is text for who looks at it.
 */
export function readMetadata(texts: readonly string[]): Uint8Array {
  const pairs = texts.map((text) => pair.exec(text))
  const plain = pairs.filter((each) => each === null).length
  if (plain > 0 && texts.length > 1) {
    throw new Refusal(takes, 'a plain value together with others')
  }
  const text =
    plain === 1
      ? (texts[0] ?? '')
      : JSON.stringify(Object.fromEntries(pairs.map((each) => [each?.[1], each?.[2]])))
  const bytes = new TextEncoder().encode(text)
  if (bytes.length > limits.metaBytes) throw new Refusal(takes, `${bytes.length} bytes`)
  return bytes
}
