import type { StreamConnection, TransportHandler } from '../../src/transport/transport.ts'

export interface ReceivedPacket {
  readonly bytes: Uint8Array
  readonly host: string
  readonly port: number
}

/** A handler that keeps what arrives, and lets a test wait for it. */
export class Recorder implements TransportHandler {
  readonly packets: ReceivedPacket[] = []
  readonly failures: Error[] = []
  onPacket: ((packet: ReceivedPacket) => void) | undefined
  onStream: ((stream: StreamConnection) => void) | undefined
  readonly #streams: StreamConnection[] = []
  readonly #waiting: (() => boolean)[] = []

  packet(bytes: Uint8Array, host: string, port: number): void {
    const packet = { bytes, host, port }
    this.packets.push(packet)
    this.onPacket?.(packet)
    this.#wake()
  }

  stream(stream: StreamConnection): void {
    if (this.onStream !== undefined) this.onStream(stream)
    else this.#streams.push(stream)
    this.#wake()
  }

  failed(error: Error): void {
    this.failures.push(error)
    this.#wake()
  }

  /** The first so many packets, once they are here. */
  async received(count: number): Promise<ReceivedPacket[]> {
    await this.#until(() => this.packets.length >= count)
    return this.packets.slice(0, count)
  }

  async nextStream(): Promise<StreamConnection> {
    await this.#until(() => this.#streams.length > 0)
    const stream = this.#streams.shift()
    if (stream === undefined) throw new Error('the stream went to another waiter')
    return stream
  }

  #until(isSo: () => boolean): Promise<void> {
    if (isSo()) return Promise.resolve()
    return new Promise((resolve) => {
      this.#waiting.push(() => {
        if (!isSo()) return false
        resolve()
        return true
      })
    })
  }

  #wake(): void {
    for (const check of this.#waiting.splice(0)) if (!check()) this.#waiting.push(check)
  }
}

export async function turns(count: number): Promise<void> {
  for (; count > 0; count--) await new Promise((resolve) => setImmediate(resolve))
}

/** Turns of the event loop until something is so; the test's own time limit ends it otherwise. */
export async function eventually(isSo: () => boolean): Promise<void> {
  while (!isSo()) await turns(1)
}

export const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString()
export const bytes = (content: string): Uint8Array => new TextEncoder().encode(content)

/** Everything until the peer's end. */
export async function readAll(stream: StreamConnection): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for (;;) {
    const chunk = await stream.read()
    if (chunk === undefined) return Buffer.concat(chunks)
    chunks.push(chunk)
  }
}

/** The code that a promise is rejected with, or a sentence that it was not. */
export async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
    return 'it was not rejected'
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error
  }
}
