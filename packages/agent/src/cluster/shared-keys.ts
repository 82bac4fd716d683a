import { setTimeout as sleep } from 'node:timers/promises'
import { request } from '../client/request.ts'
import { textOf } from '../client/text.ts'

/** What is shown of a key: where it was written, and how soon the others had it. */
export interface SharedKey {
  readonly key: string
  readonly value: string
  readonly writtenOn: string
  readonly readOn: readonly { readonly name: string; readonly afterMs: number }[]
}

/** An agent that answers over HTTP. */
export interface Reached {
  readonly name: string
  /** HOST:PORT */
  readonly http: string
}

const timeoutMs = 3_000
const pollMs = 2

/**
 * Writes a few keys on the first agent and reads them on the others, as anybody would who tries it
 * out. An agent that does not have a key in time is missing from `readOn`.
 */
export async function shareKeys(
  [first, ...others]: readonly Reached[],
  signal: AbortSignal,
): Promise<SharedKey[]> {
  if (first === undefined) return []
  const shown: SharedKey[] = []
  const values = [
    ['greeting', 'hello'],
    ['fruit/apple', 'red'],
    ['fruit/pear', 'green'],
  ] as const
  for (const [key, value] of values) {
    const began = performance.now()
    await ask('PUT', first, key, signal, value)
    const reads = others.map(async (other) => {
      const afterMs = await untilRead(other, key, value, began, signal)
      return afterMs === undefined ? [] : [{ name: other.name, afterMs }]
    })
    const readOn = (await Promise.all(reads)).flat()
    shown.push({ key, value, writtenOn: first.name, readOn })
  }
  return shown
}

async function untilRead(
  agent: Reached,
  key: string,
  value: string,
  began: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  while (performance.now() - began < timeoutMs) {
    if ((await ask('GET', agent, key, signal)) === value) return performance.now() - began
    await sleep(pollMs, undefined, { signal })
  }
  return undefined
}

async function ask(
  method: 'GET' | 'PUT',
  { http }: Reached,
  key: string,
  signal: AbortSignal,
  body?: string,
): Promise<string> {
  const url = `http://${http}/v1/kv/${key}`
  const bytes = body === undefined ? undefined : new TextEncoder().encode(body)
  const options = { method, url, token: undefined, timeoutMs, signal }
  return textOf(await request({ ...options, body: bytes }))
}

/** One line: what was written where, and who read it how soon. */
export function sharedLine({ key, value, writtenOn, readOn }: SharedKey): string {
  const read = readOn.map(({ name, afterMs }) => `${name} after ${Math.ceil(afterMs)} ms`)
  const where = read.length === 0 ? '' : `, read by ${read.join(', ')}`
  return `${key} = ${value} by ${writtenOn}${where}`
}
