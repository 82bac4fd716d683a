const number = new Float64Array(1)
const words = new Int32Array(number.buffer)

/**
 * A fingerprint of a whole run: every event goes in, in order. Two lanes of 32 bits with different
 * multipliers; not against forgers, but a single bit anywhere changes it.
 */
export class EventHash {
  private first = 0x2545f491
  private second = 0x6c62272e
  private readonly codes = new Map<string, number>()

  word(value: number): void {
    this.first = Math.imul(this.first ^ value, 0x85ebca6b)
    this.first ^= this.first >>> 15
    this.second = Math.imul(this.second + value, 0xc2b2ae35)
    this.second ^= this.second >>> 13
  }

  /** All 64 bits of a double. */
  time(value: number): void {
    number[0] = value
    this.word(words[0])
    this.word(words[1])
  }

  bytes(bytes: Uint8Array): void {
    const { length } = bytes
    const whole = length & ~3
    for (let at = 0; at < whole; at += 4) {
      this.word(bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24))
    }
    for (let at = whole; at < length; at++) this.word(bytes[at])
    this.word(length)
  }

  /** One of the few words that kinds of events have; bound: as many as there are in the code. */
  kind(text: string): void {
    let code = this.codes.get(text)
    if (code === undefined) {
      code = 0
      for (let at = 0; at < text.length; at++)
        code = Math.imul(code ^ text.charCodeAt(at), 0x01000193)
      this.codes.set(text, code)
    }
    this.word(code)
  }

  text(text: string): void {
    for (let at = 0; at < text.length; at++) this.word(text.charCodeAt(at))
    this.word(text.length)
  }

  get hex(): string {
    return hexOf(this.first) + hexOf(this.second)
  }
}

function hexOf(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0')
}
