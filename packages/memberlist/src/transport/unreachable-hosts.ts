import { systemCode } from './aborted.ts'
import { unmappedHost } from './address.ts'

/** Hosts remembered; when there are more, the oldest is forgotten. */
const MAX_HOSTS = 1_024

/**
 * The hosts to which the kernel had no way when we last sent them a packet. `dgram` tells that only
 * after the fact, so this is what the answer of the next send is made of. A host leaves when a
 * packet to it is taken.
 */
export class UnreachableHosts {
  readonly #hosts = new Set<string>()

  get isEmpty(): boolean {
    return this.#hosts.size === 0
  }

  has(host: string): boolean {
    return this.#hosts.has(host)
  }

  delete(host: string): void {
    this.#hosts.delete(host)
  }

  /** Takes up what a send failed with, where it says something about the host. */
  learn(error: Error): void {
    if (!('address' in error) || typeof error.address !== 'string') return
    if (!saysNoWay(systemCode(error))) return
    if (this.#hosts.size >= MAX_HOSTS) {
      const [oldest] = this.#hosts
      this.#hosts.delete(oldest)
    }
    this.#hosts.add(unmappedHost(error.address))
  }
}

/** Codes that are about the way to the host, not about this packet or this moment. */
function saysNoWay(code: string): boolean {
  switch (code) {
    case 'ENETUNREACH':
    case 'EHOSTUNREACH':
    case 'ENETDOWN':
    case 'EHOSTDOWN':
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'EACCES':
    case 'EPERM':
    case 'EINVAL':
      return true
    default:
      return false
  }
}
