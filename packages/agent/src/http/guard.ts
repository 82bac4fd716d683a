import { createHash, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'
import { isLoopback } from '../configuration/address.ts'
import type { CrossOrigin } from './cors.ts'
import { HttpProblem } from './problem.ts'

export interface GuardOptions {
  /** The address that the API is bound to. */
  readonly host: string
  readonly token: string | undefined
  readonly crossOrigin: CrossOrigin
}

/** What is looked at of a request, whoever read it from the network. */
export interface RequestHead {
  readonly method: string
  readonly header: (name: string) => string | undefined
}

export interface Sought {
  /** Answered without a token. */
  readonly open: boolean
  /** Changes something although its method is GET, which a browser sends for any link or picture. */
  readonly writes: boolean
}

/** Throws an HttpProblem for a request that may not come in. */
export type Guard = (head: RequestHead, sought: Sought) => void

export function headOf({ headers, method }: Request): RequestHead {
  return { method, header: (name) => headers.get(name) ?? undefined }
}

/**
 * Who may ask. A browser on this machine can reach a loopback address for any page that it shows:
 * - a page that made its own name point here (DNS rebinding) is known by its Host header,
 * - a page elsewhere is known by its Origin or Sec-Fetch-Site header, and may do nothing unless its
 *   origin was allowed by name,
 * - a GET that writes is not taken from a link, picture, form or prefetch of such a page, nor from a
 *   browser that does not say where the request comes from; typed into the address bar it is,
 * - with a token, nobody without it gets further; the comparison takes the same time always.
 */
export function createGuard({ host, token, crossOrigin }: GuardOptions): Guard {
  const expected = token === undefined ? undefined : digest(`Bearer ${token}`)
  const onLoopback = isLoopback(host)
  // Clients give the same one again and again.
  let lastLocal: string | undefined
  return (head, { open, writes }) => {
    const given = head.header('host') ?? ''
    if (onLoopback && given !== lastLocal) {
      if (!isLocalName(given)) throw foreignHost(given)
      lastLocal = given
    }
    const isWrite = writes || (head.method !== 'GET' && head.method !== 'HEAD')
    if (!crossOrigin.allows(head.header('origin'))) refuseForeignPages(head, given, isWrite)
    if (writes) refuseUnasked(head)
    if (open || expected === undefined) return
    const authorization = (head.header('authorization') ?? '').replace(/^bearer +/i, 'Bearer ')
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

function refuseForeignPages(head: RequestHead, host: string, isWrite: boolean): void {
  const origin = head.header('origin')
  const foreignOrigin = origin !== undefined && !isSameOrigin(origin, host)
  const site = head.header('sec-fetch-site')
  const foreignSite = isWrite && (site === 'cross-site' || site === 'same-site')
  if (!foreignOrigin && !foreignSite) return
  const page = origin === undefined || origin === 'null' ? 'another site' : origin
  throw foreignOriginProblem(`A page of ${page} may not use this API.`)
}

/** A GET that writes, sent by a browser that hides where from, or before anybody asked for it. */
function refuseUnasked(head: RequestHead): void {
  const purpose = head.header('sec-purpose') ?? head.header('purpose')
  if (purpose !== undefined) throw foreignOriginProblem(`A ${purpose} may not change anything.`)
  const isBrowser = /^Mozilla\//i.test(head.header('user-agent') ?? '')
  if (!isBrowser || head.header('sec-fetch-site') !== undefined) return
  throw foreignOriginProblem(
    'A browser that does not tell which page a request comes from may not change anything.',
  )
}

function foreignOriginProblem(detail: string): HttpProblem {
  return new HttpProblem(403, 'ERR_FOREIGN_ORIGIN', detail, {
    hint: 'Use the API from a program or from the pages that the agent serves, or start it with --cors-origin.',
  })
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
