import { lookup as dnsLookup, Resolver as NameServers } from 'node:dns/promises'
import type { Resolver } from './resolve.ts'

export interface SystemResolverOptions {
  /** Name servers to ask (`10.0.0.53`, `[::1]:5353`). Default: those of the system. */
  readonly servers?: readonly string[]
  /** Milliseconds that one attempt at a name server may take. Default 2,000. */
  readonly timeoutMs?: number
  /** Attempts at each name server. Default 2. */
  readonly tries?: number
  /** What the system itself says to a name. Default: `dns.lookup`, all addresses as they come. */
  readonly lookup?: (name: string) => Promise<readonly string[]>
}

/**
 * The machine's resolver. As in Go, a name with a dot is first asked of the name servers directly,
 * which gives all of its A and AAAA records (by TCP when they do not fit a packet); when that
 * yields nothing, and for names without a dot, the system decides: hosts file, search domains.
 * (Go asks for both kinds in one question, of type ANY, that name servers need not answer today.)
 */
export function systemResolver(options: SystemResolverOptions = {}): Resolver {
  const { lookup = lookupAll } = options
  return {
    addresses: async (name, signal) => {
      const direct = name.includes('.') ? await askNameServers(name, options, signal) : []
      if (direct.length > 0) return direct
      signal?.throwIfAborted()
      return lookup(name)
    },
    services: (name, signal) =>
      withNameServers(options, signal, (servers) => servers.resolveSrv(name)),
  }
}

async function lookupAll(name: string): Promise<string[]> {
  const found = await dnsLookup(name, { all: true, verbatim: true })
  return found.map(({ address }) => address)
}

/** What fails here is not fatal: the system's own resolver comes next. */
async function askNameServers(
  name: string,
  options: SystemResolverOptions,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const answers = await withNameServers(options, signal, (servers) =>
    Promise.allSettled([servers.resolve4(name), servers.resolve6(name)]),
  )
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
}

/** Each question has its own channel, so that giving it up cancels no other. */
async function withNameServers<Answer>(
  { servers, timeoutMs = 2_000, tries = 2 }: SystemResolverOptions,
  signal: AbortSignal | undefined,
  ask: (nameServers: NameServers) => Promise<Answer>,
): Promise<Answer> {
  const nameServers = new NameServers({ timeout: timeoutMs, tries })
  if (servers !== undefined) nameServers.setServers(servers)
  const cancel = () => nameServers.cancel()
  signal?.addEventListener('abort', cancel)
  try {
    return await ask(nameServers)
  } finally {
    signal?.removeEventListener('abort', cancel)
  }
}
