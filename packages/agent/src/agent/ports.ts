import { createServer } from 'node:net'
import { hostname } from 'node:os'
import type { Endpoint, MemberlistOptions } from '@hearsay/memberlist'
import { MemberlistError } from '@hearsay/memberlist'
import type { AgentMemberlist } from './memberlist-port.ts'

export type CreateMemberlist = (options: MemberlistOptions) => Promise<AgentMemberlist>

/** Ports above the default one that are tried before any free one is taken. */
const attempts = 64

export interface Placed<Thing> {
  readonly thing: Thing
  /** The port that was taken when it is not the one that was hoped for. */
  readonly insteadOf: number | undefined
}

/**
 * Opens on the given port, and on no other. Where none is given: on the default one, else the
 * next one that is free.
 */
export async function place<Thing>(
  given: number | undefined,
  first: number,
  open: (port: number) => Promise<Thing>,
): Promise<Placed<Thing>> {
  if (given !== undefined) return { thing: await open(given), insteadOf: undefined }
  for (let port = first; port < first + attempts; port++) {
    try {
      return { thing: await open(port), insteadOf: port === first ? undefined : first }
    } catch (error) {
      if (!isTaken(error)) throw error
    }
  }
  return { thing: await open(0), insteadOf: first }
}

function isTaken(error: unknown): boolean {
  return error instanceof MemberlistError && error.code === 'ERR_ADDRESS_IN_USE'
}

/**
 * Creates the member under its default name, host name and port. The name must be known before the
 * socket is, so port 0 is made a free port first; one that is snatched away meanwhile is replaced.
 */
export async function createNamed(
  create: CreateMemberlist,
  options: MemberlistOptions,
  bind: Endpoint,
): Promise<AgentMemberlist> {
  const named = (port: number) => `${hostname()}-${port}`
  const at = (port: number) =>
    create({ ...options, name: options.name ?? named(port), bind: { host: bind.host, port } })
  if (bind.port !== 0 || options.name !== undefined) return at(bind.port)
  for (let attempt = 0; ; attempt++) {
    try {
      return await at(await freePort(bind.host).catch(() => 0))
    } catch (error) {
      if (!isTaken(error) || attempt >= 10) throw error
    }
  }
}

/** Where even this fails, the member's own attempt to bind tells why. */
function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ host, port: 0 }, () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}
