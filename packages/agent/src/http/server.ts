import { createServer, type Server } from 'node:http'
import { type Endpoint, MemberlistError } from '@hearsay/memberlist'
import { getRequestListener } from '@hono/node-server'
import { systemCode } from '../agent/private-file.ts'
import { addressText } from '../configuration/address.ts'
import { HttpProblem, problemResponse } from './problem.ts'

type Fetch = (request: Request) => Response | Promise<Response>

/** What a client may take: connections at a time, and time for headers and for the whole request. */
const bounds = {
  maxConnections: 1_024,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
  keepAliveTimeoutMs: 10_000,
  maxHeaderBytes: 16_384,
}

/** The HTTP server of an agent. */
export class HttpServer implements AsyncDisposable {
  readonly bound: Endpoint
  readonly #server: Server

  private constructor(server: Server, bound: Endpoint) {
    this.#server = server
    this.bound = bound
  }

  /**
   * Binds first; what answers is told later, because it wants to know the address.
   * @throws MemberlistError ERR_ADDRESS_IN_USE or ERR_BIND
   */
  static async listen(at: Endpoint, answer: (bound: Endpoint) => Fetch): Promise<HttpServer> {
    const server = createServer({
      headersTimeout: bounds.headersTimeoutMs,
      requestTimeout: bounds.requestTimeoutMs,
      keepAliveTimeout: bounds.keepAliveTimeoutMs,
      connectionsCheckingInterval: 1_000,
      maxHeaderSize: bounds.maxHeaderBytes,
    })
    server.maxConnections = bounds.maxConnections
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(bindError(at, error)))
      server.listen(at, resolve)
    })
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : at.port
    const bound = { host: at.host, port }
    const listener = getRequestListener(answer(bound), {
      overrideGlobalObjects: false,
      errorHandler: () =>
        problemResponse(new HttpProblem(400, 'ERR_REQUEST', 'The request cannot be read.')),
    })
    server.on('request', (incoming, outgoing) => void listener(incoming, outgoing))
    return new HttpServer(server, bound)
  }

  /** Takes no more requests; those that are being answered get a moment. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    this.#server.closeIdleConnections()
    const cut = setTimeout(() => this.#server.closeAllConnections(), 500)
    await closed
    clearTimeout(cut)
  }
}

function bindError(at: Endpoint, error: Error): MemberlistError {
  const where = addressText(at.host, at.port)
  const code = systemCode(error)
  const details = { data: { ...at, system: code }, cause: error }
  if (code === 'EADDRINUSE') {
    const text = `The HTTP address ${where} is taken by another process. Choose another port with --port, or stop the other one.`
    return new MemberlistError('ERR_ADDRESS_IN_USE', text, details)
  }
  const why =
    code === 'EADDRNOTAVAIL'
      ? 'it is not an address of this machine'
      : code === 'EACCES'
        ? 'this user may not use that port'
        : error.message
  return new MemberlistError(
    'ERR_BIND',
    `The HTTP address ${where} cannot be used: ${why}.`,
    details,
  )
}
