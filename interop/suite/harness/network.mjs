import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'

const run = promisify(execFile)
const ip = (...given) => run('ip', given)

/** Why there can be no networks here, or false: for a test's `skip`. */
export const noNetworks = reasonAgainst()

let created = 0

/**
 * Hosts in network namespaces, each with a veth to a router between them:
 *
 *   a 10.77.1.2 ── 10.77.1.1 ┐
 *   b 10.77.2.2 ── 10.77.2.1 ┤ router: forwards, and drops what its rules say
 *   c 10.77.3.2 ── 10.77.3.1 ┘
 */
export class Network {
  #prefix = `hearsay-${process.pid}-${created++}`
  #hosts = new Map()
  #rules = []

  static async create(names) {
    const network = new Network()
    try {
      await network.#build(names)
    } catch (error) {
      await network.close()
      throw error
    }
    return network
  }

  /** Its address, and the command that runs another there. */
  host(name) {
    const { namespace, address } = this.#hosts.get(name)
    return { bind: { host: address, port: 7946 }, within: ['ip', 'netns', 'exec', namespace] }
  }

  /** Nothing passes between the ones and the others, without a word to either; `udp`: no packets. */
  async cut(ones, others, { udp = false } = {}) {
    for (const one of ones) {
      for (const other of others) {
        await this.#drop(one, other, udp)
        await this.#drop(other, one, udp)
      }
    }
  }

  async mend() {
    for (const rule of this.#rules) await ip('-n', this.#router, 'rule', 'del', ...rule)
    this.#rules = []
  }

  async close() {
    const namespaces = [
      ...[...this.#hosts.values()].map(({ namespace }) => namespace),
      this.#router,
    ]
    for (const namespace of namespaces) await ip('netns', 'del', namespace).catch(() => {})
  }

  get #router() {
    return `${this.#prefix}-router`
  }

  async #build(names) {
    const router = this.#router
    await ip('netns', 'add', router)
    for (const [index, name] of names.entries()) {
      const namespace = `${this.#prefix}-${name}`
      const net = `10.77.${index + 1}`
      this.#hosts.set(name, { namespace, address: `${net}.2` })
      await ip('netns', 'add', namespace)
      const far = ['peer', 'name', `to${index}`, 'netns', router]
      await ip('link', 'add', 'eth0', 'netns', namespace, 'type', 'veth', ...far)
      await ip('-n', router, 'addr', 'add', `${net}.1/24`, 'dev', `to${index}`)
      await ip('-n', router, 'link', 'set', `to${index}`, 'up')
      await ip('-n', namespace, 'addr', 'add', `${net}.2/24`, 'dev', 'eth0')
      for (const device of ['lo', 'eth0']) await ip('-n', namespace, 'link', 'set', device, 'up')
      await ip('-n', namespace, 'route', 'add', 'default', 'via', `${net}.1`)
    }
    const forward = ['sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward']
    await ip('netns', 'exec', router, ...forward)
  }

  async #drop(from, to, udp) {
    const addresses = ['from', this.#hosts.get(from).address, 'to', this.#hosts.get(to).address]
    const rule = [...addresses, ...(udp ? ['ipproto', 'udp'] : []), 'blackhole']
    await ip('-n', this.#router, 'rule', 'add', ...rule)
    this.#rules.push(rule)
  }
}

function reasonAgainst() {
  if (process.platform !== 'linux') return 'network namespaces are of Linux'
  if (process.getuid() !== 0) return 'making network namespaces needs root'
  const found = ['/usr/sbin/ip', '/sbin/ip', '/usr/bin/ip', '/bin/ip'].some((at) => existsSync(at))
  return found ? false : 'ip is not installed (Debian: iproute2)'
}
