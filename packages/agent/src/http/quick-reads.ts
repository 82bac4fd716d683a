import type { IncomingMessage, ServerResponse } from 'node:http'
import type { KeyValueStore } from '@hearsay/kv'
import type { CrossOrigin } from './cors.ts'
import { exampleAnswer } from './example-routes.ts'
import type { Guard, RequestHead } from './guard.ts'
import { conditionsOf } from './kv-conditions.ts'
import { readAnswer } from './kv-read.ts'
import { checkedKey } from './kv-routes.ts'
import { type PlainAnswer, write } from './plain-answer.ts'
import { HttpProblem, problemAnswer } from './problem.ts'
import { decodePart } from './route.ts'

export interface QuickParts {
  readonly store: KeyValueStore
  readonly guard: Guard
  readonly crossOrigin: CrossOrigin
}

/** Answers what it can straight on Node's own objects; false where the whole API has to. */
export type QuickAnswer = (incoming: IncomingMessage, outgoing: ServerResponse) => boolean

const readPath = '/v1/kv/'
const examplePath = '/get?'
/** What makes a path another one when it is read as a URL, as all other calls read it. */
const unusual = /[\\#?]|\/(\.|%2e)/i

/**
 * Reads of one key, on a path of their own: they are what a cluster is asked most, and the Request,
 * the Response, the routing and the checks of parameters that other calls go through cost several
 * times what the answer itself does. The same guard, the same answers; anything unusual takes the
 * way of all other calls.
 */
export function quickReads({ store, guard, crossOrigin }: QuickParts): QuickAnswer {
  return (incoming, outgoing) => {
    const { method, url = '' } = incoming
    if (method !== 'GET') return false
    const isRead = url.startsWith(readPath) && !unusual.test(url) && url.length > readPath.length
    if (!isRead && !url.startsWith(examplePath)) return false
    const head = headOfIncoming(incoming)
    const answer = answered(() => {
      guard(head, { open: false, writes: false })
      if (isRead) {
        const key = checkedKey(decodePart(url.slice(readPath.length)))
        return readAnswer(store, key, conditionsOf(head.header))
      }
      return exampleAnswer(store, keyOf(url.slice(examplePath.length)))
    })
    if (answer === undefined) return false
    write(outgoing, answer, crossOrigin.headers(head))
    return true
  }
}

/** What is nothing but a key without escapes needs no reader of forms. */
function keyOf(query: string): string {
  const [, plain] = /^key=([\w./:@~-]*)$/.exec(query) ?? []
  return plain ?? new URLSearchParams(query).get('key') ?? ''
}

function headOfIncoming({ headers, method = '' }: IncomingMessage): RequestHead {
  return {
    method,
    header: (name) => {
      const value = headers[name]
      return Array.isArray(value) ? value.join(', ') : value
    },
  }
}

/** A failure that nobody foresaw is met again on the way of all calls, which logs it. */
function answered(read: () => PlainAnswer): PlainAnswer | undefined {
  try {
    return read()
  } catch (error) {
    return error instanceof HttpProblem ? problemAnswer(error) : undefined
  }
}
