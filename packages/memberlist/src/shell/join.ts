import { badSetting } from '../config.ts'
import { MemberlistError } from '../errors.ts'
import { limits } from '../limits.ts'
import { type Resolver, resolveJoinAddress } from '../transport/resolve.ts'
import type { Endpoint } from '../transport/transport.ts'

export interface JoinOptions {
  /** Gives up what is still under way; what was reached stays joined. */
  readonly signal?: AbortSignal | undefined
  /** Gives up after so many milliseconds. Default: only each stream's own time-out. */
  readonly timeoutMs?: number | undefined
  /**
   * Keep trying in the background until one address was reached, also when this call fails.
   * Default false.
   */
  readonly retry?: boolean | undefined
}

/** What became of one address: a name with several addresses has one outcome for each. */
export interface JoinOutcome {
  /** As it was given. */
  readonly address: string
  readonly name: string | undefined
  /** Undefined when it did not resolve. */
  readonly resolved: Endpoint | undefined
  /** Undefined when it was reached. */
  readonly error: MemberlistError | undefined
}

export interface JoinResult {
  /** How many were reached. */
  readonly joined: number
  readonly outcomes: readonly JoinOutcome[]
  /** The outcomes with an error. */
  readonly errors: readonly JoinOutcome[]
}

export interface Joining {
  readonly resolver: Resolver | undefined
  readonly defaultPort: number
  readonly requireNodeNames: boolean
  isSelf(endpoint: Endpoint): boolean
  pushPull(endpoint: Endpoint, signal: AbortSignal | undefined): Promise<void>
}

/**
 * Joins all addresses and each of a name's addresses, `limits.joinConcurrency` at a time.
 * Go joins one after the other, so that one dead address costs its whole time-out.
 */
export async function joinAll(
  joining: Joining,
  addresses: readonly string[],
  signal: AbortSignal | undefined,
): Promise<JoinResult> {
  const found = await mapBounded(addresses, (address) => resolveOne(joining, address, signal))
  const outcomes = await mapBounded(found.flat(), async (attempt) => {
    if (attempt.resolved === undefined || attempt.error !== undefined) return attempt
    return { ...attempt, error: await reach(joining, attempt.resolved, signal) }
  })
  const errors = outcomes.filter((outcome) => outcome.error !== undefined)
  return { joined: outcomes.length - errors.length, outcomes, errors }
}

/** What there is to reach for one address; an outcome already where it does not resolve. */
async function resolveOne(
  joining: Joining,
  address: string,
  signal: AbortSignal | undefined,
): Promise<JoinOutcome[]> {
  try {
    const { resolver, defaultPort } = joining
    const { name, endpoints } = await resolveJoinAddress(address, { resolver, defaultPort, signal })
    if (name === undefined && joining.requireNodeNames) throw nameRequired(address)
    return endpoints.map((resolved) => ({ address, name, resolved, error: undefined }))
  } catch (error) {
    return [{ address, name: undefined, resolved: undefined, error: asMemberlistError(error) }]
  }
}

async function mapBounded<Item, Result>(
  items: readonly Item[],
  run: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results = new Array<Result>(items.length)
  const waiting = items.entries()
  const worker = async (): Promise<void> => {
    for (const [index, item] of waiting) results[index] = await run(item)
  }
  await Promise.all(Array.from({ length: Math.min(limits.joinConcurrency, items.length) }, worker))
  return results
}

async function reach(
  joining: Joining,
  endpoint: Endpoint,
  signal: AbortSignal | undefined,
): Promise<MemberlistError | undefined> {
  // A list of seeds often has ourselves in it, which needs no network to be true.
  if (joining.isSelf(endpoint)) return undefined
  try {
    await joining.pushPull(endpoint, signal)
    return undefined
  } catch (error) {
    return asMemberlistError(error)
  }
}

export function checkJoinAddresses(addresses: readonly string[]): void {
  const usable = Array.isArray(addresses) && addresses.every((each) => typeof each === 'string')
  if (!usable || addresses.length === 0) {
    const shown = typeof addresses === 'string' ? addresses : JSON.stringify(addresses)
    throw badSetting('addresses', shown, 'a list of one or more addresses to join')
  }
}

export function joinFailed(result: JoinResult): MemberlistError {
  const reasons = result.errors.map(({ address, error }) => `${address}: ${error?.message ?? ''}`)
  const shown = reasons.slice(0, 5).join(' ')
  const more = reasons.length > 5 ? ` And ${reasons.length - 5} more.` : ''
  return new MemberlistError(
    'ERR_JOIN',
    `None of the addresses to join could be reached. ${shown}${more}`,
    { data: { outcomes: result.outcomes } },
  )
}

export function nameRequired(address: string): MemberlistError {
  return new MemberlistError(
    'ERR_ADDRESS',
    `"${address}" has no member name, and requireNodeNames is set. Name the member, as in db-3/10.0.0.2:7946.`,
    { data: { address } },
  )
}

function asMemberlistError(error: unknown): MemberlistError {
  if (error instanceof MemberlistError) return error
  const reason = error instanceof Error ? error.message : String(error)
  return new MemberlistError('ERR_UNREACHABLE', reason, { cause: error })
}
