import { isIP } from 'node:net'
import { Refusal } from './refusal.ts'

/** An address as it is given: the port may be left out. */
export interface GivenAddress {
  readonly host: string
  readonly port: number | undefined
}

const takes = 'HOST or HOST:PORT with a port from 0 to 65535 (an IPv6 address in brackets)'
const hostName = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62})?(\.[a-z0-9_]([a-z0-9_-]{0,62})?)*\.?$/i

/** Reads `10.0.0.5`, `10.0.0.5:7946`, `[::1]:7946`, `::1` or `name:7946`. */
export function readAddress(text: string): GivenAddress {
  if (isIP(text) === 6) return { host: text, port: undefined }
  const [, inBrackets, name = '', digits] =
    /^(?:\[([^\]]*)\]|([^:]*))(?::([^:]*))?$/.exec(text) ?? []
  const isGood = inBrackets === undefined ? isHost(name) : isIP(inBrackets) === 6
  const port = digits === undefined ? undefined : portOf(digits)
  if (!isGood || (digits !== undefined && port === undefined)) {
    throw new Refusal(takes, undefined, 'ERR_ADDRESS')
  }
  return { host: inBrackets ?? name, port }
}

export function readPort(text: string): number {
  const port = portOf(text)
  if (port === undefined) throw new Refusal('a port from 0 to 65535', undefined, 'ERR_ADDRESS')
  return port
}

function portOf(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  return port <= 65_535 ? port : undefined
}

function isHost(text: string): boolean {
  // Four numbers are an IPv4 address or a mistake, never a name.
  if (/^[\d.]+$/.test(text)) return isIP(text) === 4
  return hostName.test(text)
}

const joinTakes = 'HOST, HOST:PORT or NAME/HOST:PORT with a port from 1 to 65535'

/** An address to join: `10.0.0.1`, `db-3/10.0.0.2:7946`, `_gossip._tcp.example.net`. Kept as text. */
export function readJoinAddress(text: string): string {
  const slash = text.indexOf('/')
  if (slash === 0) throw new Refusal(joinTakes, `"${text}"`, 'ERR_ADDRESS')
  try {
    const { port } = readAddress(text.slice(slash + 1))
    if (port !== 0) return text
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
  }
  throw new Refusal(joinTakes, `"${text}"`, 'ERR_ADDRESS')
}

export function addressText(host: string, port: number): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`
}

/** Whether only this machine can reach it. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}
