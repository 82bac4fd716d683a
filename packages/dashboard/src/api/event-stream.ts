import { backoffMs } from '../logic/backoff.ts'
import { type ApiProblem, problemOfError } from './problem.ts'
import { type SseMessage, SseParser } from './sse-parser.ts'

export type StreamState =
  | { readonly phase: 'connecting'; readonly attempt: number }
  | { readonly phase: 'open' }
  /** Lost; the next attempt is at `retryAt`, by the clock given. */
  | {
      readonly phase: 'waiting'
      readonly problem: ApiProblem
      readonly retryAt: number
    }
  /** The agent does not want this one; trying again would not help. */
  | { readonly phase: 'refused'; readonly problem: ApiProblem }
  | { readonly phase: 'stopped' }

/** Time, as far as a stream needs it. */
export interface StreamClock {
  now(): number
  after(ms: number, run: () => void): () => void
}

export interface EventStreamOptions {
  /** Asks for the stream; rejects with an ApiProblem. */
  readonly open: (headers: Record<string, string>, signal: AbortSignal) => Promise<Response>
  readonly onMessage: (message: SseMessage) => void
  readonly onState: (state: StreamState) => void
  readonly clock: StreamClock
  readonly random: () => number
  /** A stream that is silent for longer is lost: the agent says at least that it is there. */
  readonly silenceMs?: number
  /** The first wait before trying again, until the agent asks for another. */
  readonly retryMs?: number
}

/** One stream of server-sent events that comes back when it is lost, and goes on where it was. */
export class EventStream {
  readonly #options: EventStreamOptions
  readonly #silenceMs: number
  #parser: SseParser
  #retryMs: number
  #lastId: string | undefined
  #attempt = 0
  #connection: AbortController | undefined
  #cancelTimer = () => {}

  constructor(options: EventStreamOptions) {
    this.#options = options
    this.#silenceMs = options.silenceMs ?? 35_000
    this.#retryMs = options.retryMs ?? 1_000
    this.#parser = new SseParser(options.onMessage)
  }

  /** Connects now; a wait for the next attempt is over. */
  start(): void {
    this.#end()
    this.#connection = new AbortController()
    void this.#connect(this.#connection)
  }

  /** Gives the connection up as lost, for a reason that was found elsewhere. */
  lost(problem: ApiProblem): void {
    if (this.#connection === undefined) return
    this.#end()
    this.#wait(problem)
  }

  stop(): void {
    this.#end()
    this.#options.onState({ phase: 'stopped' })
  }

  #end(): void {
    this.#cancelTimer()
    this.#cancelTimer = () => {}
    this.#connection?.abort()
    this.#connection = undefined
  }

  async #connect(connection: AbortController): Promise<void> {
    const { open, onState } = this.#options
    const { signal } = connection
    onState({ phase: 'connecting', attempt: this.#attempt })
    try {
      const response = await open(this.#headers(), signal)
      if (signal.aborted) return
      this.#attempt = 0
      this.#parser = new SseParser(this.#options.onMessage)
      onState({ phase: 'open' })
      await this.#read(response, connection)
      throw new Error('The agent ended the stream.')
    } catch (error) {
      if (signal.aborted) return
      this.#end()
      this.#failed(problemOfError(error))
    }
  }

  #headers(): Record<string, string> {
    return this.#lastId === undefined ? {} : { 'last-event-id': this.#lastId }
  }

  async #read(response: Response, connection: AbortController): Promise<void> {
    const reader = response.body?.getReader()
    if (reader === undefined) return
    const decoder = new TextDecoder()
    for (;;) {
      this.#watchSilence()
      const { done, value } = await reader.read()
      if (connection.signal.aborted || done) return
      this.#parser.push(decoder.decode(value, { stream: true }))
      this.#lastId = this.#parser.lastId ?? this.#lastId
      this.#retryMs = this.#parser.retryMs ?? this.#retryMs
    }
  }

  #watchSilence(): void {
    this.#cancelTimer()
    this.#cancelTimer = this.#options.clock.after(this.#silenceMs, () => {
      this.lost(problemOfError(new DOMException('The stream fell silent.', 'TimeoutError')))
    })
  }

  #failed(problem: ApiProblem): void {
    const { status } = problem
    const isRefused = status >= 400 && status < 500 && status !== 408 && status !== 429
    if (isRefused) this.#options.onState({ phase: 'refused', problem })
    else this.#wait(problem)
  }

  #wait(problem: ApiProblem): void {
    const { clock, onState, random } = this.#options
    const waitMs = backoffMs(this.#attempt++, this.#retryMs, random())
    this.#cancelTimer = clock.after(waitMs, () => this.start())
    onState({ phase: 'waiting', problem, retryAt: clock.now() + waitMs })
  }
}
