import { PacketEvent } from './world-event.ts'

/**
 * What the kernel keeps for a process that does not read: 2 MiB asked for, which Linux doubles, and
 * the bookkeeping of each packet counts too. So it is some 5,000 small ones, as in the real thing.
 */
const SOCKET_BUFFER_BYTES = 4 * 1024 * 1024
const PACKET_OVERHEAD_BYTES = 768

/** Connections that wait to be accepted; further ones are not answered. Linux: `somaxconn`. */
const ACCEPT_QUEUE = 4_096

export interface Backlog {
  /** False: it does not fit, and is lost. */
  packet(event: PacketEvent, host: string): boolean
  stream(run: () => void): void
  drain(packet: (event: PacketEvent, host: string) => void, run: (run: () => void) => void): void
  clear(): void
}

/** What waits for a process that stands still; packets and streams in the order in which they came. */
export function newBacklog(): Backlog {
  let entries: ({ event: PacketEvent; host: string } | { run: () => void })[] = []
  let bytes = 0
  let streams = 0
  return {
    packet(event, host) {
      const length = event.bytes.length + PACKET_OVERHEAD_BYTES
      if (bytes + length > SOCKET_BUFFER_BYTES) return false
      bytes += length
      // A copy: the bytes are cut from a chunk that would be kept as a whole.
      const { id, from, to } = event
      entries.push({ event: new PacketEvent(id, from, to, event.bytes.slice()), host })
      return true
    },
    stream(run) {
      if (streams >= ACCEPT_QUEUE) return
      streams++
      entries.push({ run })
    },
    drain(packet, run) {
      const waiting = entries
      this.clear()
      for (const entry of waiting) {
        if ('event' in entry) packet(entry.event, entry.host)
        else run(entry.run)
      }
    },
    clear() {
      entries = []
      bytes = 0
      streams = 0
    },
  }
}
