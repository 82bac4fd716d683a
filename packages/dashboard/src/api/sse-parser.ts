/** One event of a stream of server-sent events. */
export interface SseMessage {
  /** The `event` field; `message` where it has none. */
  readonly type: string
  readonly data: string
}

/** A line or an event beyond this is no event of ours; the stream is given up. */
const maxLength = 32_000_000

/**
 * Reads `text/event-stream` (HTML Standard, 9.2.6) as it comes in, cut anywhere. EventSource cannot
 * send an Authorization header, so the stream is read by hand.
 */
export class SseParser {
  /** To be sent as Last-Event-ID. */
  lastId: string | undefined
  /** The time before reconnecting that the server asked for. */
  retryMs: number | undefined
  readonly #onMessage: (message: SseMessage) => void
  #rest = ''
  #type = ''
  #data: string[] = []
  #length = 0
  #isFirst = true

  constructor(onMessage: (message: SseMessage) => void) {
    this.#onMessage = onMessage
  }

  /** @throws RangeError for a line or an event without end */
  push(text: string): void {
    if (this.#isFirst && text.length > 0) {
      this.#isFirst = false
      if (text.startsWith('\uFEFF')) text = text.slice(1)
    }
    let rest = this.#rest + text
    for (;;) {
      const end = rest.search(/[\r\n]/)
      if (end === -1) break
      const isReturn = rest[end] === '\r'
      // The line feed that belongs to it may be in the next piece.
      if (isReturn && end === rest.length - 1) break
      this.#line(rest.slice(0, end))
      rest = rest.slice(isReturn && rest[end + 1] === '\n' ? end + 2 : end + 1)
    }
    if (rest.length > maxLength) throw new RangeError('A line of the stream has no end.')
    this.#rest = rest
  }

  #line(line: string): void {
    if (line === '') {
      this.#dispatch()
      return
    }
    const colon = line.indexOf(':')
    if (colon === 0) return
    const field = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'data') this.#append(value)
    else if (field === 'event') this.#type = value
    else if (field === 'id' && !value.includes('\0')) this.lastId = value
    else if (field === 'retry' && /^\d{1,9}$/.test(value)) this.retryMs = Number(value)
  }

  #append(value: string): void {
    this.#length += value.length
    if (this.#length > maxLength) throw new RangeError('An event of the stream has no end.')
    this.#data.push(value)
  }

  #dispatch(): void {
    const [data, type] = [this.#data, this.#type]
    this.#data = []
    this.#type = ''
    this.#length = 0
    if (data.length > 0) this.#onMessage({ type: type || 'message', data: data.join('\n') })
  }
}
