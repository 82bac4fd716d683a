import { ApiProblem, problemOfError, problemOfResponse } from './problem.ts'

export interface ClientOptions {
  /** The address of the page; calls are relative to it, so that a proxy may serve it below a path. */
  readonly base: string
  readonly fetch: typeof fetch
  readonly token: () => string | undefined
  /** Called when the agent asks for a token, or for another one. */
  readonly onUnauthorized: () => void
}

export interface CallOptions {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: BodyInit | undefined
  readonly signal?: AbortSignal | undefined
  /** Until the head of the answer is there. 0: no limit. */
  readonly timeoutMs?: number
}

const defaultTimeoutMs = 10_000

/** Calls of the agent's API. All failures are an ApiProblem, but for an abort by the caller. */
export class Client {
  readonly #options: ClientOptions

  constructor(options: ClientOptions) {
    this.#options = options
  }

  async call(path: string, options: CallOptions = {}): Promise<Response> {
    const { base, fetch, token, onUnauthorized } = this.#options
    const { method = 'GET', body, signal, timeoutMs = defaultTimeoutMs } = options
    const given = token()
    const headers = {
      ...options.headers,
      ...(given !== undefined && { authorization: `Bearer ${given}` }),
    }
    const late = new AbortController()
    const timer = timeoutMs > 0 ? setTimeout(() => late.abort(timedOut()), timeoutMs) : undefined
    const either = signal === undefined ? late.signal : AbortSignal.any([late.signal, signal])
    try {
      const init = { method, headers, body: body ?? null, signal: either }
      const response = await fetch(new URL(path, base), { ...init, cache: 'no-store' })
      if (response.ok) return response
      if (response.status === 401) onUnauthorized()
      throw await problemOfResponse(response)
    } catch (error) {
      if (signal?.aborted === true) throw error
      throw problemOfError(error)
    } finally {
      clearTimeout(timer)
    }
  }

  async json<Answer>(path: string, options?: CallOptions): Promise<Answer> {
    const response = await this.call(path, options)
    try {
      return (await response.json()) as Answer
    } catch (error) {
      throw new ApiProblem(0, 'UNREADABLE', String(error))
    }
  }
}

function timedOut(): DOMException {
  return new DOMException('The agent did not answer in time.', 'TimeoutError')
}

export function jsonBody(value: unknown): CallOptions {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }
}
