import { ObservedMember } from './observed-member.mjs'
import { forGo } from './payload.mjs'
import { goConfig } from './settings.mjs'

let nextLife = 1

/** A member of the real memberlist, with the same face as `NodeMember`. */
export class GoMember extends ObservedMember {
  kind = 'go'
  #peer
  #id

  /**
   * @param options settings (in our words), config (in Go's), bind, meta, state, ack, keys, label,
   * veto, filter, nameHex, noTcpPingFor
   */
  static async start(peer, name, options) {
    const member = new GoMember(peer, name)
    const { settings, bind = {}, label, keys, config, meta, state, ack, ...rest } = options
    member.described = await peer.call('start', {
      ...rest,
      member: member.#id,
      config: {
        Name: name,
        ...goConfig(settings),
        ...(bind.host !== undefined && { BindAddr: bind.host }),
        ...(bind.port !== undefined && { BindPort: bind.port }),
        ...(label !== undefined && { Label: label }),
        ...config,
      },
      keys: keys?.map(forGo),
      meta: forGo(meta),
      state: forGo(state),
      ack: forGo(ack),
    })
    return member
  }

  constructor(peer, name) {
    super(name, `${peer.version} ${name}`)
    this.#peer = peer
    // A later member may have the same name: this life's events are its own.
    this.#id = `${name} ${nextLife++}`
    this.release = peer.version
    peer.listen((event) => {
      if (event.member === this.#id) this.log.push(told(event))
    })
  }

  get address() {
    const { host, port } = this.described
    return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  }

  get lines() {
    return this.log.events.filter(({ type }) => type === 'log').map(({ line }) => line)
  }

  join(...targets) {
    const addresses = targets.map((target) => target.address ?? target)
    return this.#call('join', { addresses })
  }

  async members() {
    const members = await this.#call('members')
    return members.map(described).sort((one, other) => (one.name < other.name ? -1 : 1))
  }

  async local() {
    return described(await this.#call('local'))
  }

  health() {
    return this.#call('health')
  }

  broadcast(payload, name) {
    return this.#call('broadcast', { bytes: forGo(payload), name })
  }

  send(to, payload) {
    return this.#call('send', { ...target(to), bytes: forGo(payload) })
  }

  sendReliable(to, payload) {
    return this.#call('send', { ...target(to), bytes: forGo(payload), reliable: true })
  }

  updateMeta(meta) {
    return this.#call('meta', { meta: forGo(meta) })
  }

  setState(state) {
    return this.#call('state', { state: forGo(state) })
  }

  setVeto(veto) {
    return this.#call('veto', { veto })
  }

  async ping(to) {
    const { rttMs } = await this.#call('ping', { to: to.name })
    return { roundTripMs: rttMs }
  }

  changeKey(action, key) {
    return this.#call('keys', { action, key: forGo(key) })
  }

  block(addresses) {
    return this.#call('block', { addresses })
  }

  leave() {
    return this.#call('leave', { timeoutMs: 10_000 })
  }

  /** Without a word to the others. */
  crash() {
    return this.#call('shutdown')
  }

  signal(name) {
    this.#peer.signal(name)
  }

  #call(op, given = {}) {
    return this.#peer.call(op, { member: this.#id, ...given })
  }
}

function target(to) {
  return to.name === undefined ? { address: to.address ?? to } : { to: to.name }
}

function described({ name, nameHex, host, port, meta, addressBytes, protocol, delegate }) {
  const id = nameHex ?? name
  return {
    name: id,
    host,
    port,
    meta: Buffer.from(meta, 'base64'),
    addressBytes,
    protocol,
    delegate,
  }
}

function told({ event, member: _member, ...rest }) {
  if (rest.node === undefined) return { type: event, ...rest }
  const { node, other, ...more } = rest
  const fields = { ...more, ...described(node), ...(other && { other: described(other) }) }
  // Go does not tell its application whether it left or failed.
  return { type: event === 'leave' ? 'gone' : event, ...fields }
}
