import type { Span } from '../wire/span.ts'
import { ALIVE } from './state.ts'

/**
 * Whether all members of two clusters that meet can understand each other (Go: `verifyProtocol`):
 * what every alive member says it understands is cut down to one common range, and the version that
 * each member speaks, alive or not, must be within it. Protocol and delegate versions alike.
 */
export class VersionOverlap {
  private highestMin = 0
  private lowestMax = 255
  private highestDelegateMin = 0
  private lowestDelegateMax = 255
  /** The range of versions that are spoken; kept instead of a list, so that it takes no memory. */
  private lowestSpoken = 255
  private highestSpoken = 0
  private lowestDelegateSpoken = 255
  private highestDelegateSpoken = 0

  /** An entry of the peer; with less than six bytes it speaks version 0, which nobody accepts. */
  add(state: number, versions: Span): void {
    const { bytes, start, length } = versions
    if (state === ALIVE && length >= 5) {
      this.understands(bytes[start], bytes[start + 1], bytes[start + 3], bytes[start + 4])
    }
    if (length >= 6) this.speaks(bytes[start + 2], bytes[start + 5])
    else this.speaks(0, 0)
  }

  addKnown(state: number, versions: Uint8Array): void {
    if (state === ALIVE) this.understands(versions[0], versions[1], versions[3], versions[4])
    this.speaks(versions[2], versions[5])
  }

  get isEmpty(): boolean {
    return (
      this.lowestSpoken < this.highestMin ||
      this.highestSpoken > this.lowestMax ||
      this.lowestDelegateSpoken < this.highestDelegateMin ||
      this.highestDelegateSpoken > this.lowestDelegateMax
    )
  }

  describe(): string {
    return (
      `all understand protocol ${this.highestMin} to ${this.lowestMax}, ` +
      `spoken are ${this.lowestSpoken} to ${this.highestSpoken}; ` +
      `all understand delegate protocol ${this.highestDelegateMin} to ${this.lowestDelegateMax}, ` +
      `spoken are ${this.lowestDelegateSpoken} to ${this.highestDelegateSpoken}`
    )
  }

  private understands(min: number, max: number, delegateMin: number, delegateMax: number): void {
    this.highestMin = Math.max(this.highestMin, min)
    this.lowestMax = Math.min(this.lowestMax, max)
    this.highestDelegateMin = Math.max(this.highestDelegateMin, delegateMin)
    this.lowestDelegateMax = Math.min(this.lowestDelegateMax, delegateMax)
  }

  private speaks(current: number, delegateCurrent: number): void {
    this.lowestSpoken = Math.min(this.lowestSpoken, current)
    this.highestSpoken = Math.max(this.highestSpoken, current)
    this.lowestDelegateSpoken = Math.min(this.lowestDelegateSpoken, delegateCurrent)
    this.highestDelegateSpoken = Math.max(this.highestDelegateSpoken, delegateCurrent)
  }
}
