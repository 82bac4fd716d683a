import { createServer, type Server } from 'node:http'
import { type Endpoint, MemberlistError } from '@hearsay/memberlist'
import { getRequestListener } from '@hono/node-server'
import { systemCode } from '../agent/private-file.ts'
import { addressText } from '../configuration/address.ts'
import { type PlainAnswer, write } from './plain-answer.ts'
import { HttpProblem, problemAnswer, problemResponse } from './problem.ts'
import type { QuickAnswer } from './quick-reads.ts'
import { Unreadable } from './unreadable.ts'

/** What answers requests. */
export interface Answers {
  readonly fetch: (request: Request) => Response | Promise<Response>
  /** Is asked first, where there is one. */
  readonly quick?: QuickAnswer
}

/** What a client may take. */
export interface ServerBounds {
  /** Further connections are closed at once, so that a flood does not take all file descriptors. */
  readonly maxConnections: number
  /** Requests that are being answered at a time; a further one is told to come again. */
  readonly maxRequests: number
  readonly maxHeaderBytes: number
  /** Until the headers are here, and until the whole request is. */
  readonly headersTimeoutMs: number
  readonly requestTimeoutMs: number
  /** Between two requests. */
  readonly keepAliveTimeoutMs: number
  /**
   * For which nothing of an answer that waits was taken, also of a stream of events. Node looks at it
   * when so much time is over, and sees then whether anything moved, so that it may take twice as long.
   */
  readonly stuckAnswerTimeoutMs: number
  /** How often the time of requests is looked at. */
  readonly checkIntervalMs: number
}

const defaultBounds: ServerBounds = {
  maxConnections: 16_384,
  maxRequests: 1_024,
  maxHeaderBytes: 16_384,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
  keepAliveTimeoutMs: 10_000,
  stuckAnswerTimeoutMs: 30_000,
  checkIntervalMs: 1_000,
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
  static async listen(
    at: Endpoint,
    answer: (bound: Endpoint) => Answers,
    given: Partial<ServerBounds> = {},
  ): Promise<HttpServer> {
    const bounds = { ...defaultBounds, ...given }
    const server = createServer({
      headersTimeout: bounds.headersTimeoutMs,
      requestTimeout: bounds.requestTimeoutMs,
      keepAliveTimeout: bounds.keepAliveTimeoutMs,
      connectionsCheckingInterval: bounds.checkIntervalMs,
      maxHeaderSize: bounds.maxHeaderBytes,
    })
    server.maxConnections = bounds.maxConnections
    // Nothing moved for so long: who waits for us may wait on, who lets us wait is cut off.
    server.setTimeout(bounds.stuckAnswerTimeoutMs, (socket) => {
      if (socket.writableLength > 0) socket.destroy()
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(bindError(at, error)))
      server.listen({ ...at, backlog: bounds.maxConnections }, resolve)
    })
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : at.port
    const bound = { host: at.host, port }
    const { fetch, quick } = answer(bound)
    const listener = getRequestListener((request) => fetch(request), {
      overrideGlobalObjects: false,
      errorHandler: () =>
        problemResponse(new HttpProblem(400, 'ERR_REQUEST', 'The request cannot be read.')),
    })
    let requests = 0
    const unreadable = new Unreadable()
    server.on('clientError', (error, socket) => unreadable.answer(error, socket))
    server.on('request', (incoming, outgoing) => {
      unreadable.began(incoming.socket, outgoing)
      if (quick?.(incoming, outgoing) === true) return
      if (requests >= bounds.maxRequests) {
        write(outgoing, overload(requests))
        return
      }
      requests++
      outgoing.once('close', () => requests--)
      void listener(incoming, outgoing)
    })
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

function overload(requests: number): PlainAnswer {
  const text = `${requests} requests are being answered already.`
  return problemAnswer(
    new HttpProblem(503, 'ERR_OVERLOAD', text, {
      hint: 'Try again after a moment, with fewer requests at a time.',
      // A body may follow, which nobody reads.
      headers: { 'retry-after': '1', connection: 'close' },
    }),
  )
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
