// The driver against itself: `node --test interop/peer.test.mjs`.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { Peer, pattern } from './peer.mjs'
import { RELEASES } from './releases.mjs'

const config = {
  ProbeInterval: '200ms',
  ProbeTimeout: '100ms',
  GossipInterval: '20ms',
  SuspicionMult: 2,
}
const key = (byte) => Buffer.alloc(16, byte).toString('base64')

for (const release of RELEASES) {
  test(`members of memberlist ${release} join, talk, rotate keys, leave and fail`, async () => {
    const peer = await Peer.start(release)
    try {
      assert.equal(peer.version, release)
      const text = Buffer.from('v1').toString('base64')
      const a = await peer.call('start', {
        member: 'a',
        config,
        keys: [key(1)],
        state: { length: 70_000, seed: 3 },
        filter: true,
      })
      await peer.call('start', { member: 'b', config, keys: [key(1)], meta: text, ack: text })
      assert.deepEqual(
        await peer.call('join', { member: 'b', addresses: [`127.0.0.1:${a.port}`] }),
        { joined: 1 },
      )
      const joined = await peer.waitFor(
        (e) => e.event === 'join' && e.member === 'a' && e.node.name === 'b',
      )
      assert.equal(joined.node.meta, text)
      const state = await peer.waitFor((e) => e.event === 'state' && e.length === 70_000)
      assert.equal(state.sha256, createHash('sha256').update(pattern(70_000, 3)).digest('hex'))

      await peer.call('send', {
        member: 'a',
        to: 'b',
        bytes: { length: 5_000_000, seed: 1 },
        reliable: true,
      })
      const large = await peer.waitFor((e) => e.event === 'message' && e.length === 5_000_000)
      assert.equal(large.sha256, createHash('sha256').update(pattern(5_000_000, 1)).digest('hex'))
      await peer.call('send', {
        member: 'a',
        to: 'b',
        bytes: Buffer.from('direct').toString('base64'),
      })
      await peer.waitFor(
        (e) => e.event === 'message' && e.bytes === Buffer.from('direct').toString('base64'),
      )
      await peer.call('broadcast', {
        member: 'b',
        bytes: Buffer.from('all').toString('base64'),
        name: 'n',
      })
      await peer.waitFor(
        (e) => e.member === 'a' && e.bytes === Buffer.from('all').toString('base64'),
      )
      // On loopback Go's own measure may be a little below zero.
      const { rttMs } = await peer.call('ping', { member: 'a', to: 'b' })
      assert.ok(rttMs > -1 && rttMs < 100)
      await peer.waitFor((e) => e.event === 'ping' && e.member === 'a' && e.payload === text)

      for (const action of ['add', 'use']) {
        for (const member of ['a', 'b']) await peer.call('keys', { member, action, key: key(2) })
      }
      assert.deepEqual(await peer.call('keys', { member: 'a', action: 'remove', key: key(1) }), [
        key(2),
      ])
      await peer.call('meta', { member: 'b', meta: Buffer.from('v2').toString('base64') })
      await peer.waitFor((e) => e.event === 'update' && e.member === 'a')
      await assert.rejects(
        peer.call('keys', { member: 'a', action: 'remove', key: key(2) }),
        /primary/,
      )

      const { port } = await peer.call('local', { member: 'b' })
      await peer.call('block', { member: 'a', addresses: [`127.0.0.1:${port}`] })
      await peer.waitFor(
        (e) => e.event === 'leave' && e.member === 'a' && e.node.name === 'b',
        20_000,
      )
      await peer.call('block', { member: 'a', addresses: [] })
      const from = peer.events.length
      await peer.call('join', { member: 'b', addresses: [`127.0.0.1:${a.port}`] })
      await peer.waitFor((e) => e.event === 'join' && e.member === 'a', 10_000, { from })
      await peer.call('leave', { member: 'b' })
      await peer.waitFor((e) => e.event === 'leave' && e.member === 'a', 10_000, { from })
    } finally {
      await peer.stop()
    }
  })
}
