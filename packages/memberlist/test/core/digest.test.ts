import { describe, expect, it } from 'vitest'
import { partOf, partsOf } from '../../src/core/digest.ts'
import { limits } from '../../src/limits.ts'
import { alive, dead, suspect } from './messages.ts'
import { solo } from './solo.ts'
import type { WorldNode } from './world-node.ts'

function knowing(...messages: readonly Uint8Array[]): WorldNode {
  const { me } = solo()
  for (const message of messages) me.hear([message])
  return me
}

function digest(me: WorldNode, parts = 1): string {
  return Buffer.from(me.engine.core.digest.of(parts)).toString('hex')
}

const a = alive('a', { incarnation: 5, meta: 'm' })
const b = alive('b', { incarnation: 7 })

describe('the digest of a table', () => {
  // Members of other releases compare theirs with it: another way to make it is another field.
  it('is these bytes', () => {
    expect(digest(knowing())).toBe('83f2f186f4792b44')
    expect(digest(knowing(a, b))).toBe('2ed25f77a200bfbf')
    expect(digest(knowing(a, b), 2)).toBe('04957b1f37860d142a3de4576b7ab1ab')
    expect(digest(knowing(a, suspect('a', 5, 'x')))).toBe('08bcd762abbe7847')
  })

  it('does not depend on the order in which members became known', () => {
    expect(digest(knowing(a, b), 4)).toBe(digest(knowing(b, a), 4))
  })

  it.each([
    ['incarnation', alive('a', { incarnation: 6, meta: 'm' })],
    ['metadata', alive('a', { incarnation: 5, meta: 'n' })],
    ['length of the metadata', alive('a', { incarnation: 5, meta: 'm\0' })],
    ['address', alive('a', { incarnation: 5, meta: 'm', host: '10.0.0.8' })],
    ['port', alive('a', { incarnation: 5, meta: 'm', port: 1 })],
    ['versions', alive('a', { incarnation: 5, meta: 'm', versions: [1, 5, 3, 0, 0, 0] })],
    ['name', alive('A', { incarnation: 5, meta: 'm' })],
  ])('is another one for another %s', (_what, message) => {
    expect(digest(knowing(message))).not.toBe(digest(knowing(a)))
  })

  it('is another one while a member is suspected, and after it refuted', () => {
    const me = knowing(a)
    const before = digest(me)
    me.hear([suspect('a', 5, 'x')])
    const suspected = digest(me)
    me.hear([alive('a', { incarnation: 6, meta: 'm' })])
    expect(new Set([before, suspected, digest(me)]).size).toBe(3)
  })

  it.each([
    ['dead', dead('a', 5, 'x')],
    ['left', dead('a', 5, 'a')],
  ])('does not hold who is %s: they are forgotten at different times', (_what, message) => {
    expect(digest(knowing(a, b, message))).toBe(digest(knowing(b)))
  })

  it('does not hold a member of unknown versions, of which no push/pull tells', () => {
    expect(digest(knowing(b, alive('z', { versions: undefined })))).toBe(digest(knowing(b)))
  })

  it('differs in the part of the member that differs, and in no other', () => {
    const names = Array.from({ length: 200 }, (_, index) => `node-${index}`)
    const me = knowing(...names.map((name) => alive(name, { incarnation: 1 })))
    const before = digest(me, 16)
    me.hear([alive('node-77', { incarnation: 2 })])
    const after = digest(me, 16)
    const changed = Array.from({ length: 16 }, (_, part) => part).filter(
      (part) => before.slice(16 * part, 16 * part + 16) !== after.slice(16 * part, 16 * part + 16),
    )
    expect(changed).toEqual([partOf(me.engine.core.members.record(me.slot('node-77')), 16)])
  })

  it.each([
    [1, 1],
    [20, 1],
    [32, 2],
    [100, 8],
    [1_000, 64],
    [10_000, 512],
    [1_000_000, limits.digestParts],
  ])('of %d members has %d parts', (size, parts) => {
    const { core } = solo().me.engine
    Object.defineProperty(core.members, 'size', { value: size })
    expect(core.digest.parts).toBe(parts)
  })

  it.each([
    [0, 0],
    [7, 0],
    [8, 1],
    [16, 2],
    [24, 0],
    [64, 8],
    [8 * limits.digestParts, limits.digestParts],
    [16 * limits.digestParts, 0],
  ])('of %d bytes from a peer has %d parts that can be compared', (length, parts) => {
    expect(partsOf(new Uint8Array(length))).toBe(parts)
  })
})
