import { readFileSync } from 'node:fs'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'

const dist = fileURLToPath(new URL('../dist', import.meta.url))
const types: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
}

/** A server that answers like an agent with as many members as wanted. */
export class FakeAgent implements AsyncDisposable {
  readonly members: Record<string, unknown>[]
  readonly #server: Server
  readonly #streams = new Set<ServerResponse>()

  private constructor(count: number) {
    this.members = Array.from({ length: count }, (_, index) => fakeMember(index))
    this.#server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://fake')
      if (!pathname.startsWith('/v1/')) sendFile(pathname, response)
      else this.#answer(pathname.slice(4), response)
    })
  }

  static async start(count: number): Promise<FakeAgent> {
    const agent = new FakeAgent(count)
    await new Promise<void>((resolve) => {
      agent.#server.listen(0, '127.0.0.1', resolve)
    })
    return agent
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Sends one message to whoever listens to events or activity. */
  tell(message: object): void {
    for (const stream of this.#streams) stream.write(`data: ${JSON.stringify(message)}\n\n`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await closed
  }

  #answer(path: string, response: ServerResponse): void {
    if (path === 'events' || path === 'activity') {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(': here\n\n')
      this.#streams.add(response)
      response.once('close', () => this.#streams.delete(response))
      return
    }
    const answers: Readonly<Record<string, unknown>> = {
      members: this.members,
      stats: { health: 0, agent: { version: '0.0.0' } },
      history: { intervalMs: 1_000, columns: { time: [] } },
      kv: { entries: [] },
      keys: { keys: [] },
    }
    const answer = answers[path]
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(answer ?? { code: 'ERR_NOT_FOUND', detail: 'Not here.' }))
  }
}

/** Most are alive; a few of each other state. */
function fakeMember(index: number): Record<string, unknown> {
  const state = index % 97 === 5 ? 'failed' : index % 89 === 3 ? 'suspect' : 'alive'
  const versions = { min: 1, max: 5, current: 2 }
  const deadline = new Date(Date.now() + 60_000).toISOString()
  return {
    name: `node-${index}`,
    host: `10.0.${index >> 8}.${index & 255}`,
    port: 7_946,
    state,
    incarnation: index,
    meta: { text: `zone=${'abc'[index % 3]}` },
    protocol: versions,
    delegate: versions,
    local: index === 0,
    since: new Date(Date.now() - 100_000).toISOString(),
    roundTripMs: (index % 50) / 10,
    ...(state === 'suspect' && {
      suspicion: { from: ['node-0'], confirmations: 0, deadline, remainingMs: 60_000 },
    }),
  }
}

function sendFile(pathname: string, response: ServerResponse): void {
  const name = pathname === '/' ? '/index.html' : pathname
  response.writeHead(200, { 'content-type': types[extname(name)] ?? 'text/plain' })
  response.end(readFileSync(`${dist}${name}`))
}
