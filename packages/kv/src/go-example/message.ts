import { Buffer } from 'node:buffer'

/*
 * The wire of github.com/asim/memberlist:
 *
 *     user message    "d" | JSON: [{"Action": "add" | "del", "Data": {key: value, …}}, …]
 *     state           JSON: {key: value, …}
 *
 * Both with UTF-8. A del has the empty string for a value.
 */
const DATA = 0x64
const ARRAY = 0x5b

export interface Update {
  readonly action: 'add' | 'del'
  readonly key: string
  readonly value: string
}

/** Whether it is an update, and no message of the application's own. */
export function isGoExampleMessage(bytes: Uint8Array): boolean {
  return bytes[0] === DATA && bytes[1] === ARRAY
}

export function encodeUpdate({ action, key, value }: Update): Buffer {
  return Buffer.from(`d${JSON.stringify([{ Action: action, Data: { [key]: value } }])}`)
}

/**
 * The updates of a message in their order, undefined when it is not of the grammar: then none of it
 * is taken. Actions of another name are passed over, as the example does.
 */
export function decodeUpdates(bytes: Uint8Array): Update[] | undefined {
  const list = parse(Buffer.from(bytes.buffer, bytes.byteOffset + 1, bytes.length - 1))
  if (!Array.isArray(list)) return undefined
  const updates: Update[] = []
  for (const item of list as unknown[]) {
    if (!isObject(item)) return undefined
    const { Action: action, Data: data } = item as { Action?: unknown; Data?: unknown }
    if (typeof action !== 'string' || !isTexts(data)) return undefined
    if (action !== 'add' && action !== 'del') continue
    for (const [key, value] of Object.entries(data)) updates.push({ action, key, value })
  }
  return updates
}

/** `values` by key, as they are held: UTF-8. */
export function encodeState(values: Iterable<readonly [string, Uint8Array]>): Buffer {
  const parts: string[] = []
  for (const [key, value] of values) parts.push(`${JSON.stringify(key)}:${textOf(value)}`)
  return Buffer.from(`{${parts.join(',')}}`)
}

export function decodeState(bytes: Uint8Array): [string, string][] | undefined {
  const state = parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
  return isTexts(state) ? Object.entries(state) : undefined
}

/** What a key and its value take of the state, in bytes. */
export function stateBytes(key: string, value: Uint8Array): number {
  return Buffer.byteLength(JSON.stringify(key)) + Buffer.byteLength(textOf(value)) + 2
}

function textOf(value: Uint8Array): string {
  return JSON.stringify(Buffer.from(value.buffer, value.byteOffset, value.length).toString())
}

/** V8 parses without recursion, so nesting costs no more than its bytes, which the streams bound. */
function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTexts(value: unknown): value is Record<string, string> {
  return isObject(value) && Object.values(value).every((each) => typeof each === 'string')
}
