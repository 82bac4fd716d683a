import type { Traffic } from '../run.ts'

const WINDOW_MS = 1_000

/** Packets and bytes by member and second. Bound: the length of the run, known when it begins. */
export class TrafficCounters implements Traffic {
  readonly windowMs = WINDOW_MS
  readonly windows: number
  readonly members: number
  readonly packetsOut: Uint32Array
  readonly packetsIn: Uint32Array
  readonly packetBytesOut: Uint32Array
  readonly packetBytesIn: Uint32Array
  readonly streamBytesOut: Uint32Array
  readonly streamBytesIn: Uint32Array

  constructor(members: number, lengthMs: number) {
    this.windows = Math.max(1, Math.ceil(lengthMs / WINDOW_MS))
    this.members = members
    const size = this.windows * members
    this.packetsOut = new Uint32Array(size)
    this.packetsIn = new Uint32Array(size)
    this.packetBytesOut = new Uint32Array(size)
    this.packetBytesIn = new Uint32Array(size)
    this.streamBytesOut = new Uint32Array(size)
    this.streamBytesIn = new Uint32Array(size)
  }

  packetOut(member: number, now: number, bytes: number): void {
    const at = this.placeOf(member, now)
    if (at < 0) return
    this.packetsOut[at]++
    this.packetBytesOut[at] += bytes
  }

  packetIn(member: number, now: number, bytes: number): void {
    const at = this.placeOf(member, now)
    if (at < 0) return
    this.packetsIn[at]++
    this.packetBytesIn[at] += bytes
  }

  stream(from: number, to: number, now: number, bytes: number): void {
    const out = this.placeOf(from, now)
    if (out < 0) return
    this.streamBytesOut[out] += bytes
    this.streamBytesIn[this.placeOf(to, now)] += bytes
  }

  /** -1 before the steps begin: nothing is measured then. */
  private placeOf(member: number, now: number): number {
    if (now < 0) return -1
    const window = Math.min(this.windows - 1, Math.floor(now / WINDOW_MS))
    return window * this.members + member
  }
}
