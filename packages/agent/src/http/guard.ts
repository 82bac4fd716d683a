import { createHash, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'
import { isLoopback } from '../configuration/address.ts'
import { HttpProblem } from './problem.ts'

export interface GuardOptions {
  /** The address that the API is bound to. */
  readonly host: string
  readonly token: string | undefined
}

/** Throws an HttpProblem for a request that may not come in. */
export type Guard = (request: Request, open: boolean) => void

/**
 * Who may ask. A browser on this machine can reach a loopback address for any page that it shows:
 * - a page that made its own name point here (DNS rebinding) is known by its Host header,
 * - a page elsewhere is known by its Origin or Sec-Fetch-Site header; there is no CORS,
 * - with a token, nobody without it gets further; the comparison takes the same time always.
 */
export function createGuard({ host, token }: GuardOptions): Guard {
  const expected = token === undefined ? undefined : digest(`Bearer ${token}`)
  const onLoopback = isLoopback(host)
  return (request, open) => {
    const given = request.headers.get('host') ?? ''
    if (onLoopback && !isLocalName(given)) throw foreignHost(given)
    refuseForeignPages(request, given)
    if (open || expected === undefined) return
    const authorization = request.headers.get('authorization') ?? ''
    if (!timingSafeEqual(digest(authorization), expected)) throw unauthorized(authorization)
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function isLocalName(given: string): boolean {
  const name = given
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase()
  // An address cannot be rebound: only a name can.
  return name === 'localhost' || isIP(name) !== 0
}

function refuseForeignPages(request: Request, host: string): void {
  const origin = request.headers.get('origin')
  const foreignOrigin = origin !== null && !isSameOrigin(origin, host)
  const site = request.headers.get('sec-fetch-site')
  const reading = request.method === 'GET' || request.method === 'HEAD'
  const foreignSite = !reading && (site === 'cross-site' || site === 'same-site')
  if (!foreignOrigin && !foreignSite) return
  throw new HttpProblem(
    403,
    'ERR_FOREIGN_ORIGIN',
    `A page of ${origin ?? site} may not use this API.`,
    {
      hint: 'Use the API from a program or from the pages that the agent serves itself.',
    },
  )
}

function isSameOrigin(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase()
}

function foreignHost(given: string): HttpProblem {
  return new HttpProblem(
    403,
    'ERR_FOREIGN_HOST',
    `The Host header is "${given}", which is not this agent.`,
    {
      hint: 'Use an IP address or localhost in the URL.',
    },
  )
}

function unauthorized(authorization: string): HttpProblem {
  const detail =
    authorization === '' ? 'A bearer token is asked for.' : 'The bearer token is not the right one.'
  return new HttpProblem(401, 'ERR_UNAUTHORIZED', detail, {
    hint: 'Send "Authorization: Bearer TOKEN"; for the commands set HEARSAY_TOKEN.',
    headers: { 'www-authenticate': 'Bearer realm="hearsay"' },
  })
}
