import { Keyring, Memberlist } from '@hearsay/memberlist'
import { LossyTransport } from './lossy-transport.mjs'
import { ObservedMember } from './observed-member.mjs'
import { bytesOf, digest } from './payload.mjs'

/** A member of ours in this process, with the same face as `GoMember`. */
export class NodeMember extends ObservedMember {
  kind = 'node'
  release = 'node'
  list
  #transport
  #state
  #ack
  #veto

  /** @param options settings, bind, meta, state, ack, keys, label, veto, filter, and any of ours */
  static async start(name, options) {
    const member = new NodeMember(name)
    await member.#start(options)
    return member
  }

  constructor(name) {
    super(name, `node ${name}`)
  }

  get address() {
    const { host, port } = this.list.local
    return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  }

  async join(...targets) {
    return await this.list.join(targets.map((target) => target.address ?? target))
  }

  async members() {
    return this.list.members.map(described)
  }

  async local() {
    return described(this.list.local)
  }

  async health() {
    return this.list.health
  }

  async broadcast(payload, name) {
    this.list.broadcast(bytesOf(payload), name === undefined ? {} : { name })
  }

  async send(to, payload) {
    await this.list.send(this.#target(to), bytesOf(payload))
  }

  async sendReliable(to, payload) {
    await this.list.sendReliable(this.#target(to), bytesOf(payload))
  }

  async updateMeta(meta) {
    await this.list.updateMeta(bytesOf(meta))
  }

  async setState(state) {
    this.#state = bytesOf(state)
  }

  async setVeto(veto) {
    this.#veto = veto
  }

  async ping(to) {
    return await this.list.ping(to.name)
  }

  async changeKey(action, key) {
    this.list.keyring[action](bytesOf(key))
  }

  async block(addresses, options) {
    this.#transport.block(addresses, options)
  }

  async leave() {
    await this.list.leave({ timeoutMs: 10_000 })
  }

  async crash() {
    await this.list.shutdown()
  }

  async stats() {
    return this.list.stats()
  }

  async #start(options) {
    const { settings, keys, state, ack, veto, filter, meta, bind = {}, ...rest } = options
    const endpoint = { host: '127.0.0.1', port: 0, ...bind }
    this.#state = bytesOf(state) ?? new Uint8Array()
    this.#ack = bytesOf(ack)
    this.#veto = veto
    if (filter) this.#transport = await LossyTransport.open(endpoint)
    this.list = await Memberlist.create({
      ...settings,
      ...rest,
      name: this.name,
      bind: endpoint,
      ...(meta !== undefined && { meta: bytesOf(meta) }),
      ...(keys !== undefined && { keyring: new Keyring(keys) }),
      ...(this.#transport !== undefined && { transport: this.#transport }),
      delegate: this.#delegate(),
    })
    this.list.on('event', (event) => this.log.push(told(event)))
  }

  #delegate() {
    return {
      localState: () => this.#state,
      mergeRemoteState: (state, join) => this.log.push({ type: 'state', ...digest(state), join }),
      ackPayload: () => this.#ack,
      pingComplete: ({ name }, roundTripMs, payload) => {
        this.log.push({ type: 'ping', name, roundTripMs, payload: Buffer.from(payload) })
      },
      ...(this.#veto !== undefined && this.#vetoes()),
    }
  }

  /** With promises, as an application that asks a database would have them. */
  #vetoes() {
    const refuses = (list = [], name) => list.includes(name) || list.includes('*')
    return {
      merge: async (members, join) => {
        const refused = members.some(({ name }) => refuses(this.#veto.merge, name))
        this.log.push({ type: 'merge', members: members.map(described), join, refused })
        return !refused
      },
      alive: async ({ name }) => !refuses(this.#veto.alive, name),
    }
  }

  #target(to) {
    if (typeof to === 'string') {
      const [host, port] = to.split(':')
      return { host, port: Number(port) }
    }
    return to.name
  }
}

function described({ name, host, port, meta, protocol, delegate, state, incarnation }) {
  return { name, host, port, meta: Buffer.from(meta), protocol, delegate, state, incarnation }
}

/** In the words that Go's events have too: `gone` for those that failed and those that left. */
function told(event) {
  switch (event.type) {
    case 'fail':
      return { type: 'gone', left: false, from: event.from, ...described(event.member) }
    case 'leave':
      return { type: 'gone', left: true, ...described(event.member) }
    case 'message':
      return { type: 'message', via: event.via, ...digest(event.bytes), bytes: event.bytes }
    case 'conflict':
      return {
        type: 'conflict',
        ...described(event.existing),
        other: described(event.other),
      }
    case 'join':
    case 'update':
    case 'suspect':
    case 'alive':
    case 'forget':
      return { type: event.type, from: event.from, ...described(event.member) }
    default:
      return { ...event }
  }
}
