import { HttpProblem } from './problem.ts'

/** Readers of one kind of stream at a time; each holds a connection and a buffer. */
const maxReaders = 64
/** What may wait for a reader; one that is further behind is cut off, and can come back with its last id. */
const maxBehindBytes = 1_048_576
const heartbeatMs = 15_000
const headers = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
}

/** Who reads one stream. */
export interface StreamReader {
  /** Writes a frame. A reader that is too far behind is cut off rather than waited for. */
  send(frame: string): void
  /** Resolves when there is room for a frame, or when the reader is gone: for sources that can wait. */
  room(): Promise<void>
  end(): void
}

/** Server-sent events of one kind: bounded in readers, and in what is kept for each of them. */
export class EventStreams {
  readonly #what: string
  #open = 0

  /** @param what as it stands after "readers of": `the events` */
  constructor(what: string) {
    this.#what = what
  }

  get open(): number {
    return this.#open
  }

  /**
   * @param start begins to send to the reader; what it returns is called once, when the reader is gone
   * @throws HttpProblem when there are too many readers
   */
  response(start: (reader: StreamReader) => () => void): Response {
    if (this.#open >= maxReaders) throw this.#tooMany()
    let buffer: Outgoing | undefined
    const stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#open++
          buffer = new Outgoing(controller, () => this.#open--)
          buffer.send('retry: 1000\n\n')
          buffer.begin(start)
        },
        pull: () => buffer?.pulled(),
        cancel: () => buffer?.release(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: maxBehindBytes }),
    )
    return new Response(stream, { headers })
  }

  /** What a HEAD request is answered with: nobody would read the stream, or end it. */
  head(): Response {
    return new Response(null, { headers })
  }

  #tooMany(): HttpProblem {
    const text = `${maxReaders} readers of ${this.#what} are connected already.`
    return new HttpProblem(503, 'ERR_OVERLOAD', text, {
      hint: 'Close one of them, or try again later.',
      headers: { 'retry-after': '5' },
    })
  }
}

/** One `data` of a stream, with the id that a reader comes back with. */
export function frame(id: string | undefined, json: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}data: ${json}\n\n`
}

class Outgoing implements StreamReader {
  readonly #controller: ReadableStreamDefaultController<Uint8Array>
  readonly #encoder = new TextEncoder()
  readonly #heartbeat: NodeJS.Timeout
  readonly #releases: (() => void)[]
  #waiting: (() => void)[] = []
  #isGone = false
  #hasRead = true

  constructor(controller: ReadableStreamDefaultController<Uint8Array>, release: () => void) {
    this.#controller = controller
    this.#releases = [release]
    this.#heartbeat = setInterval(() => this.#beat(), heartbeatMs)
    this.#heartbeat.unref()
  }

  begin(start: (reader: StreamReader) => () => void): void {
    try {
      const release = start(this)
      if (this.#isGone) release()
      else this.#releases.push(release)
    } catch (error) {
      this.release()
      throw error
    }
  }

  send(text: string): void {
    if (this.#isGone) return
    if (this.#isBehind) this.end()
    else this.#controller.enqueue(this.#encoder.encode(text))
  }

  room(): Promise<void> {
    if (this.#isGone || !this.#isBehind) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  end(): void {
    if (this.#isGone) return
    this.release()
    this.#controller.close()
  }

  release(): void {
    if (this.#isGone) return
    this.#isGone = true
    clearInterval(this.#heartbeat)
    this.#wake()
    for (const release of this.#releases) release()
  }

  pulled(): void {
    this.#hasRead = true
    this.#wake()
  }

  get #isBehind(): boolean {
    return (this.#controller.desiredSize ?? 0) <= 0
  }

  /** Shows proxies and the reader that the stream lives; one who took nothing since the last is gone. */
  #beat(): void {
    if (!this.#isBehind) this.send(': still here\n\n')
    else if (!this.#hasRead) this.end()
    this.#hasRead = false
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}
