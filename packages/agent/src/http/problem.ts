import { KvError } from '@hearsay/kv'
import { type ErrorCode, MemberlistError } from '@hearsay/memberlist'
import { entityTag } from './entity-tag.ts'
import { kvTranslations } from './kv-problem.ts'
import { type PlainAnswer, responseOf } from './plain-answer.ts'
import type { Problem } from './schemas.ts'

/** An error of the API: thrown anywhere in a handler, answered as `application/problem+json`. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem'
  readonly status: number
  readonly code: string
  readonly hint: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly extra: Readonly<Record<string, unknown>>

  constructor(
    status: number,
    code: string,
    detail: string,
    more: {
      readonly hint?: string | undefined
      readonly headers?: Readonly<Record<string, string>>
      readonly extra?: Readonly<Record<string, unknown>>
    } = {},
  ) {
    super(detail)
    this.status = status
    this.code = code
    this.hint = more.hint
    this.headers = more.headers ?? {}
    this.extra = more.extra ?? {}
  }
}

interface Translation {
  readonly status: number
  readonly hint: string
}

/** The status that an error of the library is answered with, and what to do about it. */
const translations: Readonly<Record<ErrorCode, Translation>> = {
  ERR_CONFIG: { status: 400, hint: 'Correct the value.' },
  ERR_KEY: { status: 400, hint: 'GET /v1/keys (hearsay keys list) shows the keys that there are.' },
  ERR_ADDRESS: { status: 400, hint: 'Give HOST, HOST:PORT or NAME/HOST:PORT.' },
  ERR_ADDRESS_IN_USE: { status: 500, hint: 'Start the agent on another port.' },
  ERR_BIND: { status: 500, hint: 'Start the agent on an address of this machine.' },
  ERR_JOIN: {
    status: 502,
    hint: 'Check that a member runs there, and that it has the same label and keys.',
  },
  ERR_UNREACHABLE: {
    status: 502,
    hint: 'GET /v1/members (hearsay members) shows the state of the member.',
  },
  ERR_PROTOCOL: { status: 502, hint: 'Check that the peer has the same label and keys.' },
  ERR_TIMEOUT: {
    status: 504,
    hint: 'GET /v1/members (hearsay members) shows the state of the member.',
  },
  ERR_TOO_LARGE: { status: 413, hint: 'Send less, or in parts.' },
  ERR_OVERLOAD: { status: 503, hint: 'Try again later.' },
  ERR_UNKNOWN_MEMBER: { status: 404, hint: 'GET /v1/members (hearsay members) lists the names.' },
  ERR_CLOSED: { status: 503, hint: 'The member has left; start the agent again.' },
  ERR_DELEGATE: { status: 500, hint: "See the agent's log." },
  ERR_ABORTED: { status: 503, hint: 'Try again later.' },
}

function kvProblem({ code, data, message }: KvError): HttpProblem {
  const { status, hint, retryAfter } = kvTranslations[code]
  const version = data['version']
  const headers = {
    ...(typeof version === 'string' && { etag: entityTag(version) }),
    ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
  }
  return new HttpProblem(status, code, message, { hint, extra: data, headers })
}

export function problemOf(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error
  if (error instanceof KvError) return kvProblem(error)
  if (error instanceof MemberlistError) {
    const { status, hint } = translations[error.code]
    const headers = status === 503 ? { 'retry-after': '1' } : {}
    return new HttpProblem(status, error.code, error.message, { hint, headers })
  }
  return new HttpProblem(500, 'ERR_INTERNAL', 'The agent failed to answer this request.', {
    hint: "The agent's log has the particulars; please report it.",
  })
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  408: 'Request timeout',
  409: 'Conflict',
  412: 'Precondition failed',
  413: 'Content too large',
  431: 'Request header fields too large',
  500: 'Internal error',
  501: 'Not implemented',
  502: 'No answer from the cluster',
  503: 'Not available now',
  504: 'No answer in time',
  507: 'Insufficient storage',
}

export function problemResponse(problem: HttpProblem): Response {
  return responseOf(problemAnswer(problem))
}

export function problemAnswer(problem: HttpProblem): PlainAnswer {
  const body: Problem = {
    type: 'about:blank',
    title: titles[problem.status] ?? 'Error',
    status: problem.status,
    code: problem.code,
    detail: problem.message,
    ...(problem.hint !== undefined && { hint: problem.hint }),
    ...problem.extra,
  }
  return {
    status: problem.status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...problem.headers,
    },
    body: `${JSON.stringify(body)}\n`,
  }
}
