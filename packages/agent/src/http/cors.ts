import type { RequestHead } from './guard.ts'

/** What programs need beyond what pages may send and see anyway. */
const allowed = {
  'access-control-allow-methods': 'GET, HEAD, PUT, POST, DELETE',
  'access-control-allow-headers':
    'authorization, content-type, if-match, if-none-match, last-event-id',
  'access-control-max-age': '600',
}
const exposed = {
  'access-control-expose-headers':
    'etag, retry-after, location, hearsay-origin, hearsay-modified-at, hearsay-expires-at',
}

/** Pages of other origins that may use the API: none but those that were asked for by name. */
export class CrossOrigin {
  readonly #origins: ReadonlySet<string>

  constructor(origins: readonly string[]) {
    this.#origins = new Set(origins)
  }

  allows(origin: string | undefined): boolean {
    return origin !== undefined && this.#origins.has(origin)
  }

  /** A browser asks whether the page may send a request, before it sends it; it has no token then. */
  isPreflight(head: RequestHead): boolean {
    const asks = head.header('access-control-request-method') !== undefined
    return head.method === 'OPTIONS' && asks && this.allows(head.header('origin'))
  }

  preflight(): Response {
    return new Response(null, { status: 204, headers: allowed })
  }

  /** What an answer to that request says about who may read it. */
  headers(head: RequestHead): Readonly<Record<string, string>> {
    if (this.#origins.size === 0) return {}
    const origin = head.header('origin')
    if (origin === undefined || !this.allows(origin)) return { vary: 'origin' }
    return { vary: 'origin', 'access-control-allow-origin': origin, ...exposed }
  }
}
