import { describe, expect, it } from 'vitest'
import { Keyring, limits, type Memberlist, type MemberlistWarning } from '../../src/index.ts'
import { bytes, text } from './bytes.ts'
import { failure } from './errors.ts'
import { addressOf, settle, VirtualCluster, view } from './virtual-cluster.ts'

const key = (fill: number, length = 32): Uint8Array => new Uint8Array(length).fill(fill)

function warningsOf(list: Memberlist): MemberlistWarning[] {
  const warnings: MemberlistWarning[] = []
  list.on('warning', (warning) => warnings.push(warning))
  return warnings
}

/** Neither side reaches the other by anything but what the test does. */
const quiet = { pushPullIntervalMs: 0, reconnectIntervalMs: 0 }

describe('encryption', () => {
  it.each([16, 24, 32])('works with keys of %i bytes, for packets and streams', async (length) => {
    await using cluster = new VirtualCluster()
    const clear: string[] = []
    cluster.network.packetFate = (_from, _to, packet) => {
      clear.push(text(packet))
      return 0
    }
    const [a, b] = await cluster.startAll(['alpha-1', 'beta-2'], { secretKey: key(1, length) })
    const seen: string[] = []
    b.on('message', (event) => seen.push(`${text(event.bytes).slice(0, 6)} ${event.via}`))
    await a.send('beta-2', bytes('packet'))
    await cluster.finish(a.sendReliable('beta-2', bytes('stream')))
    await settle()
    expect(seen.sort()).toEqual(['packet packet', 'stream stream'])
    await cluster.elapse(1_000)
    expect(clear.length).toBeGreaterThan(0)
    expect(clear.join()).not.toContain('alpha-1')
  })

  it('rotates its key while the cluster runs, without losing anybody', async () => {
    await using cluster = new VirtualCluster()
    const lists = await cluster.startAll(['a', 'b', 'c'], { secretKey: key(1) })
    const lost: string[] = []
    for (const list of lists) {
      list.on('suspect', ({ member }) => lost.push(member.name))
      list.on('warning', ({ text }) => lost.push(text))
    }
    const rounds: ((ring: Keyring) => void)[] = [
      (ring) => ring.add(key(2)),
      (ring) => ring.use(key(2)),
      (ring) => ring.remove(key(1)),
    ]
    for (const change of rounds) {
      for (const { keyring } of lists) {
        if (keyring !== undefined) change(keyring)
        await cluster.elapse(700)
      }
    }
    expect(lost).toEqual([])
    expect(lists.map(({ keyring }) => keyring?.keys)).toEqual([[key(2)], [key(2)], [key(2)]])
    const late = await cluster.start('late', { secretKey: key(2) })
    await cluster.join(late, lists[0])
    await cluster.until(() => lists.every((list) => list.members.length === 4))
    const old = await cluster.start('old', { secretKey: key(1), ...quiet })
    await failure('ERR_JOIN', cluster.finish(old.join([addressOf(lists[0])])))
  })

  it('may share a keyring that the application keeps', async () => {
    await using cluster = new VirtualCluster()
    const keyring = new Keyring([key(1)])
    const [a] = await cluster.startAll(['a', 'b'], { keyring })
    expect(a.keyring).toBe(keyring)
    expect((await cluster.startAll(['c']))[0].keyring).toBeUndefined()
  })

  it('names a wrong key once per peer and interval, and counts each packet', async () => {
    await using cluster = new VirtualCluster()
    const logged: [object, string][] = []
    const warn = (data: object, message: string): void => void logged.push([data, message])
    const logger = { debug: () => undefined, info: () => undefined, warn, error: () => undefined }
    const a = await cluster.start('a', { secretKey: key(1), ...quiet, logger })
    const warnings = warningsOf(a)
    const stranger = await cluster.start('stranger', { secretKey: key(2), ...quiet })
    const other = await cluster.start('other', { secretKey: key(2), ...quiet })
    const to = { host: a.local.host, port: a.local.port }
    for (let round = 0; round < 5; round++) {
      await stranger.send(to, bytes('?'))
      await other.send(to, bytes('?'))
      await cluster.elapse(1_000)
    }
    const sentence =
      '10.0.0.2 sends what is encrypted with a key that we do not have. Give both the same gossip key.'
    expect(warnings).toEqual([
      { type: 'warning', code: 'undecryptable', text: sentence, host: '10.0.0.2', port: 7946 },
      expect.objectContaining({ code: 'undecryptable', host: '10.0.0.3' }),
    ])
    expect(logged[0]).toEqual([{ code: 'undecryptable', host: '10.0.0.2', port: 7946 }, sentence])
    expect(a.stats().rejected.undecryptable).toBe(10)
    await cluster.elapse(30_000)
    await stranger.send(to, bytes('?'))
    await settle()
    expect(warnings).toHaveLength(3)
  })

  it('tells who joins with a wrong key why it is not let in', async () => {
    await using cluster = new VirtualCluster()
    const a = await cluster.start('a', { secretKey: key(1), ...quiet })
    const warnings = warningsOf(a)
    const b = await cluster.start('b', { secretKey: key(2), ...quiet })
    const error = await failure('ERR_JOIN', cluster.finish(b.join([addressOf(a)])))
    expect(error.message).toContain(
      '10.0.0.1:7946 answers with what is encrypted with a key that we do not have.',
    )
    expect(error.data.outcomes).toMatchObject([{ error: { code: 'ERR_PROTOCOL' } }])
    expect(warnings.map(({ code }) => code)).toEqual(['undecryptable'])
    expect(a.stats().rejected.undecryptable).toBe(1)
    expect(view(a)).toEqual({ a: 'alive' })
  })

  it('refuses plaintext, and ciphertext where there is no key', async () => {
    await using cluster = new VirtualCluster()
    const secret = await cluster.start('secret', { secretKey: key(1), ...quiet })
    const open = await cluster.start('open', quiet)
    await open.send({ host: '10.0.0.1', port: 7946 }, bytes('clear'))
    await secret.send({ host: '10.0.0.2', port: 7946 }, bytes('sealed'))
    await settle()
    expect(secret.stats().rejected.plaintext + secret.stats().rejected.undecryptable).toBe(1)
    // By a random nonce, one packet in fourteen looks like a broken ping and is refused as that.
    expect(Object.values(open.stats().rejected).reduce((sum, count) => sum + count, 0)).toBe(1)
    await failure('ERR_JOIN', cluster.finish(open.join(['10.0.0.1'])))
    await failure('ERR_JOIN', cluster.finish(secret.join(['10.0.0.2'])))
    expect([view(open), view(secret)]).toEqual([{ open: 'alive' }, { secret: 'alive' }])
  })

  it('can be introduced to a running cluster step by step', async () => {
    await using cluster = new VirtualCluster()
    const [plain] = await cluster.startAll(['plain'])
    const ready = { secretKey: key(1), gossipVerifyIncoming: false, gossipVerifyOutgoing: false }
    const b = await cluster.start('b', ready)
    await cluster.join(b, plain)
    const strictOut = await cluster.start('c', { ...ready, gossipVerifyOutgoing: true })
    await cluster.join(strictOut, b)
    await cluster.until(() => b.members.length === 3)
  })
})

describe('labels', () => {
  it('keep clusters apart, and say so on both sides', async () => {
    await using cluster = new VirtualCluster()
    const blue = await cluster.start('blue-1', { label: 'blue', ...quiet })
    const green = await cluster.start('green-1', { label: 'green', ...quiet })
    const none = await cluster.start('none-1', quiet)
    const warnings = [blue, none].map(warningsOf)
    for (const list of [green, none]) {
      const error = await failure('ERR_JOIN', cluster.finish(list.join([addressOf(blue)])))
      expect(error.message).toContain('another label')
    }
    await failure('ERR_JOIN', cluster.finish(blue.join([addressOf(none)])))
    expect(warnings[0].map(({ code, host }) => [code, host])).toEqual([
      ['label-mismatch', '10.0.0.2'],
      ['label-missing', '10.0.0.3'],
    ])
    expect(warnings[0][0].text).toBe(
      '10.0.0.2 sends what is with the label of another cluster. Set the same label, or keep them apart.',
    )
    expect(warnings[1].map(({ code }) => code)).toEqual(['label-unexpected'])
    for (const list of [blue, green, none]) expect(list.members).toHaveLength(1)
  })

  it('let members of one label form a cluster, encrypted or not', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a', 'b'], { label: 'blå', secretKey: key(1) })
    await cluster.startAll(['c', 'd'], { label: 'blå' })
    expect((await cluster.finish(a.ping('b'))).payload).toHaveLength(0)
    expect(Object.values(a.stats().rejected).every((count) => count === 0)).toBe(true)
  })

  it('may be missing on what comes in, where a proxy takes them off', async () => {
    await using cluster = new VirtualCluster()
    const relaxed = { label: 'blue', skipInboundLabelCheck: true, ...quiet }
    const a = await cluster.start('a', relaxed)
    const plain = await cluster.start('plain', quiet)
    const seen: string[] = []
    a.on('message', (event) => seen.push(text(event.bytes)))
    await plain.send({ host: '10.0.0.1', port: 7946 }, bytes('bare'))
    await settle()
    expect(seen).toEqual(['bare'])
  })
})

describe('compression', () => {
  it('may be on with one member and off with the other', async () => {
    await using cluster = new VirtualCluster()
    const on = await cluster.start('on', { enableCompression: true })
    const off = await cluster.start('off', { enableCompression: false })
    await cluster.join(off, on)
    await cluster.until(() => on.members.length === 2)
    const payload = bytes('again and again '.repeat(10_000))
    for (const [from, to] of [
      [on, off],
      [off, on],
    ]) {
      const seen: number[] = []
      to.on('message', (event) => seen.push(event.bytes.length))
      await from.send(to.local.name, bytes('again and again '.repeat(40)))
      await cluster.finish(from.sendReliable(to.local.name, payload))
      await cluster.until(() => seen.length === 2)
      expect(seen.sort()).toEqual([payload.length, 640])
    }
    expect(on.stats().streams.bytesSent).toBeLessThan(payload.length / 4)
    expect(off.stats().streams.bytesSent).toBeGreaterThan(payload.length)
  })
})

describe('an allow list', () => {
  it('keeps members of other networks out', async () => {
    await using cluster = new VirtualCluster()
    const a = await cluster.start('a', { cidrsAllowed: ['10.0.0.0/30'] })
    const near = await cluster.start('near')
    const far = await cluster.start('far', { at: { host: '10.0.0.77', port: 7946 } })
    for (const list of [near, far]) await cluster.finish(list.join([addressOf(a)]))
    await cluster.elapse(1_000)
    expect(Object.keys(view(a))).toEqual(['a', 'near'])
    expect(a.stats().rejected['address-not-allowed']).toBeGreaterThan(0)
  })
})

describe('hostile packets', () => {
  it('are counted by reason and dropped, and the member goes on', async () => {
    await using cluster = new VirtualCluster()
    const [a, b] = await cluster.startAll(['a', 'b'])
    const evil = await cluster.network.transport({ host: '10.6.6.6', port: 666 })
    const packets: [reason: string, packet: number[]][] = [
      ['empty', []],
      ['unknown-type', [99]],
      ['truncated', [2, 0x82]],
      ['malformed', [2, 7]],
      ['compression', [9, 0x82, 0xa4, 0x41, 0x6c, 0x67, 0x6f, 7, 0xa3, 0x42, 0x75, 0x66, 0xa0]],
    ]
    for (const [, packet] of packets) evil.sendPacket(Uint8Array.from(packet), '10.0.0.1', 7946)
    await settle()
    const { rejected } = a.stats()
    const counted = Object.entries(rejected).filter(([, count]) => count > 0)
    expect(counted.map(([reason]) => reason).sort()).toEqual(
      packets.map(([reason]) => reason).sort(),
    )
    expect((await cluster.finish(b.ping('a'))).payload).toHaveLength(0)
    await evil.close()
  })

  it('cannot evict a member for good by one suspicion with the highest incarnation', async () => {
    await using cluster = new VirtualCluster()
    const [a, b] = await cluster.startAll(['a', 'b'])
    const evil = await cluster.network.transport({ host: '10.6.6.6', port: 666 })
    // {Incarnation: 0xffffffff, Node: "b", From: "x"} as suspect (3) and as dead (5).
    const body = '83ab496e6361726e6174696f6eceffffffffa44e6f6465a162a446726f6da178'
    for (const type of ['03', '05']) {
      for (const host of ['10.0.0.1', '10.0.0.2']) {
        evil.sendPacket(Uint8Array.from(Buffer.from(type + body, 'hex')), host, 7946)
      }
    }
    await cluster.elapse(5_000)
    expect(view(a)).toEqual({ a: 'alive', b: 'alive' })
    expect(a.stats().rejected['incarnation-jump']).toBe(2)
    expect(b.local.incarnation).toBeLessThan(2 ** 31)
    await evil.close()
  })

  it('do not make warnings without bound: further peers share one', async () => {
    await using cluster = new VirtualCluster()
    const a = await cluster.start('a', { secretKey: key(1), ...quiet })
    const warnings = warningsOf(a)
    const sealed = Uint8Array.from([0, ...key(7, 60)])
    for (let index = 0; index < limits.warnedPeers + 50; index++) {
      const host = `10.9.${index >> 8}.${index & 255}`
      const peer = await cluster.network.transport({ host, port: 1 })
      peer.sendPacket(sealed, '10.0.0.1', 7946)
      await peer.close()
    }
    await settle()
    expect(a.stats().rejected.undecryptable).toBe(limits.warnedPeers + 50)
    expect(warnings.length).toBe(limits.warnedPeers + 1)
  })
})
