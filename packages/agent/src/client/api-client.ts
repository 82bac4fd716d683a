import type { IncomingMessage } from 'node:http'
import { bytesFromText } from '@hearsay/memberlist/internal'
import type { z } from 'zod'
import { CommandFailure, exitCodes } from '../failure.ts'
import { problemSchema } from '../http/schemas.ts'
import { request, unreachable } from './request.ts'

export interface ApiClientOptions {
  readonly http: string
  readonly token: string | undefined
  readonly timeout: number
}

export interface Call {
  readonly method?: 'GET' | 'PUT' | 'POST' | 'DELETE'
  readonly path: string
  readonly json?: unknown
  readonly bytes?: Uint8Array
  readonly headers?: Readonly<Record<string, string>>
  readonly onSent?: (bytes: number) => void
  /** What the agent itself may take for it, which is granted beyond `--timeout`. */
  readonly takesMs?: number
}

/** The HTTP API of a running agent, as the commands use it. */
export class ApiClient {
  readonly base: string
  readonly #options: ApiClientOptions
  readonly #signal: AbortSignal

  constructor(options: ApiClientOptions, signal: AbortSignal) {
    this.base = options.http
    this.#options = options
    this.#signal = signal
  }

  /** The JSON answer, held to a shape that should allow for more fields. @throws CommandFailure */
  async call<Shape extends z.ZodType>(call: Call, shape: Shape): Promise<z.output<Shape>> {
    const text = (await this.read(await this.open(call))).toString('utf8')
    try {
      return shape.parse(JSON.parse(text))
    } catch {
      throw this.#stranger()
    }
  }

  /** The answer while it still comes, when it is a good one. @throws CommandFailure */
  async open(call: Call): Promise<IncomingMessage> {
    const { method = 'GET', path, json, bytes, headers = {}, onSent, takesMs = 0 } = call
    const body = json === undefined ? bytes : Buffer.from(JSON.stringify(json))
    const type = json === undefined ? 'application/octet-stream' : 'application/json'
    const incoming = await request({
      method,
      url: `${this.base}${path}`,
      token: this.#options.token,
      headers: body === undefined ? headers : { 'content-type': type, ...headers },
      body,
      onSent,
      timeoutMs: this.#options.timeout + takesMs,
      signal: this.#signal,
    })
    if ((incoming.statusCode ?? 500) < 300) return incoming
    throw this.#refused((await this.read(incoming)).toString('utf8'))
  }

  /** The whole body of an answer. @throws CommandFailure */
  async read(incoming: IncomingMessage): Promise<Buffer> {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of incoming) chunks.push(chunk as Buffer)
    } catch (error) {
      if (this.#signal.aborted || !(error instanceof Error)) throw error
      throw unreachable(this.base, error)
    }
    return Buffer.concat(chunks)
  }

  #refused(text: string): CommandFailure {
    let problem: unknown
    try {
      problem = JSON.parse(text)
    } catch {
      return this.#stranger()
    }
    const parsed = problemSchema.safeParse(problem)
    if (!parsed.success) return this.#stranger()
    const { code, detail, hint } = parsed.data
    const exitCode = code === 'ERR_JOIN' ? exitCodes.unreachable : exitCodes.failed
    return new CommandFailure(exitCode, code, detail, hint)
  }

  #stranger(): CommandFailure {
    return new CommandFailure(
      exitCodes.unreachable,
      'ERR_UNREACHABLE',
      `What answers at ${this.base} is no hearsay agent.`,
      "Give the agent's HTTP address with --http; the agent tells it when it starts.",
    )
  }
}

/** A name or a key as a part of a path: its bytes, percent-encoded where they must be. */
export function namePath(name: string): string {
  return [...bytesFromText(name)]
    .map((byte) => {
      const character = String.fromCharCode(byte)
      if (/[A-Za-z0-9_.~-]/.test(character)) return character
      return `%${byte.toString(16).padStart(2, '0').toUpperCase()}`
    })
    .join('')
}
