import { MemberlistError } from '../errors.ts'
import { abortedError, systemCode, untilAborted } from './aborted.ts'
import { canonicalHost } from './address.ts'
import { type JoinAddress, parseJoinAddress } from './join-address.ts'
import { systemResolver } from './system-resolver.ts'
import type { Endpoint } from './transport.ts'

/** How names become addresses. Nothing is cached here: names are asked for anew each time. */
export interface Resolver {
  /**
   * All IPv4 and IPv6 addresses of a host, in the order in which they shall be tried. Rejects or
   * answers with none when the name is unknown.
   */
  addresses(name: string, signal: AbortSignal | undefined): Promise<readonly string[]>
  /** The SRV records of a service name. */
  services(name: string, signal: AbortSignal | undefined): Promise<readonly ServiceRecord[]>
}

/** One SRV record (RFC 2782). */
export interface ServiceRecord {
  readonly name: string
  readonly port: number
  readonly priority: number
  readonly weight: number
}

export interface ResolveOptions {
  /** The port of addresses that have none: our own, as in Go. */
  readonly defaultPort: number
  /** Default: `systemResolver()`. */
  readonly resolver?: Resolver | undefined
  readonly signal?: AbortSignal | undefined
}

export interface ResolvedAddress {
  /** The member's name, when the address began with one. */
  readonly name: string | undefined
  /** At least one, no two the same, in the order in which they were found. */
  readonly endpoints: readonly Endpoint[]
}

/** Targets of a service that are resolved at a time. */
const SERVICE_CONCURRENCY = 8

/**
 * Addresses taken from one name. A DNS answer holds about 4,000, a service of many hosts more;
 * what is over is left out, since each will be dialled.
 */
const MAX_ENDPOINTS = 4_096

/**
 * Everything that one address to join stands for.
 * @throws MemberlistError ERR_ADDRESS (cannot be read, does not resolve), ERR_ABORTED, ERR_TIMEOUT
 * (the signal is one of `AbortSignal.timeout`)
 */
export async function resolveJoinAddress(
  text: string,
  options: ResolveOptions,
): Promise<ResolvedAddress> {
  const address = parseJoinAddress(text, options.defaultPort)
  const { signal } = options
  const doing = `Resolving "${text}"`
  if (signal?.aborted) throw abortedError(signal, doing)
  return await untilAborted(resolveParsed(text, address, options), signal, doing)
}

async function resolveParsed(
  text: string,
  { name, host, port, kind }: JoinAddress,
  { resolver = systemResolver(), signal }: ResolveOptions,
): Promise<ResolvedAddress> {
  if (kind === 'literal') return { name, endpoints: [{ host, port }] }
  const found = new Map<string, Endpoint>()
  try {
    if (kind === 'service') await resolveService(found, host, resolver, signal)
    else collect(found, await resolver.addresses(host, signal), port)
  } catch (cause) {
    const reason = systemCode(cause)
    throw new MemberlistError('ERR_ADDRESS', `"${host}" does not resolve: ${reason}.`, {
      data: { address: text, host, reason },
      cause,
    })
  }
  if (found.size > 0) return { name, endpoints: [...found.values()] }
  throw new MemberlistError('ERR_ADDRESS', `"${host}" resolves to no address.`, {
    data: { address: text, host, reason: 'ENODATA' },
  })
}

/** Takes the addresses over in their order, each once. */
function collect(found: Map<string, Endpoint>, addresses: readonly string[], port: number): void {
  for (const address of addresses) {
    if (found.size >= MAX_ENDPOINTS) return
    const host = canonicalHost(address)
    if (host === undefined) continue
    const key = `${host} ${port}`
    if (!found.has(key)) found.set(key, { host, port })
  }
}

/**
 * Every address of every target, each with the port of its record. RFC 2782 draws among targets of
 * one priority at random, to spread load; here all of them are joined, so the order only says who
 * is asked first: smaller priority, then larger weight. A target that does not resolve is passed
 * over while another one does.
 */
async function resolveService(
  found: Map<string, Endpoint>,
  service: string,
  resolver: Resolver,
  signal: AbortSignal | undefined,
): Promise<void> {
  const answer = await resolver.services(service, signal)
  // A single record for the root says that the service is not offered there.
  const records = answer
    .filter((record) => record.name !== '' && record.name !== '.' && record.port > 0)
    .sort((one, other) => one.priority - other.priority || other.weight - one.weight)
  const addresses = new Array<readonly string[]>(records.length).fill([])
  let failure: Error | undefined
  let next = 0
  const worker = async () => {
    for (let index = next++; index < records.length; index = next++) {
      try {
        addresses[index] = await resolver.addresses(records[index].name, signal)
      } catch (error) {
        failure ??= error instanceof Error ? error : new Error(String(error))
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(SERVICE_CONCURRENCY, records.length) }, worker))
  for (const [index, record] of records.entries()) collect(found, addresses[index], record.port)
  if (found.size === 0 && failure !== undefined) throw failure
}
