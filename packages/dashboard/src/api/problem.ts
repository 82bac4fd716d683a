import { objectOf } from '../logic/json.ts'

/** Why a call did not succeed: the agent's `application/problem+json`, or what kept it from answering. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  /** The HTTP status; 0 where there was no answer. */
  readonly status: number
  readonly code: string
  readonly hint: string | undefined
  /** Further fields of the answer. */
  readonly extra: Readonly<Record<string, unknown>>

  constructor(status: number, code: string, detail: string, more: ProblemDetails = {}) {
    super(detail)
    this.status = status
    this.code = code
    this.hint = more.hint
    this.extra = more.extra ?? {}
  }

  /** The agent did not answer, or not in time: what it does otherwise is unknown. */
  get isUnreachable(): boolean {
    return this.status === 0
  }
}

interface ProblemDetails {
  readonly hint?: string | undefined
  readonly extra?: Readonly<Record<string, unknown>>
}

/** The problem that a response tells of. Whatever stands between us and the agent may answer too. */
export async function problemOfResponse(response: Response): Promise<ApiProblem> {
  const { status, statusText } = response
  const text = await response.text().catch(() => '')
  const json = objectOf(text) ?? {}
  const field = (name: string): string | undefined => {
    const value = json[name]
    return typeof value === 'string' ? value : undefined
  }
  const plain = text.length > 0 && text.length < 300 && !text.includes('<') ? text : statusText
  return new ApiProblem(
    status,
    field('code') ?? `HTTP_${status}`,
    field('detail') ?? (plain || `HTTP ${status}`),
    { hint: field('hint'), extra: json },
  )
}

export function problemOfError(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error
  const isTimeout = error instanceof DOMException && error.name === 'TimeoutError'
  return new ApiProblem(0, isTimeout ? 'TIMEOUT' : 'UNREACHABLE', String(error))
}
