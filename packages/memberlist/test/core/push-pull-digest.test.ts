import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { goRules, ourRules } from '../../src/core/rules.ts'
import type { StateEncoder } from '../../src/core/state-encoder.ts'
import { EMPTY } from '../../src/wire/span.ts'
import { alive, dead, pushPull, suspect } from './messages.ts'
import { soloSettings } from './solo.ts'
import { World } from './world.ts'
import type { NodeOptions, WorldNode } from './world-node.ts'

/** Two members that know each other, and of whom nothing comes by itself. */
function pair(options: { readonly me?: NodeOptions; readonly peer?: NodeOptions } = {}) {
  const world = new World()
  const decisions = { stagger: (below: number) => below - 1 }
  const settings = { ...soloSettings, probeIntervalMs: 0 }
  const me = world.node('me', { incarnation: 100, settings, decisions, ...options.me })
  const peer = world.node('peer', { incarnation: 100, settings, decisions, ...options.peer })
  for (const [one, other] of [
    [me, peer],
    [peer, me],
  ]) {
    one.hear([alive(other.name, { incarnation: 100, host: other.host })])
  }
  return { world, me, peer }
}

/** A push/pull that `me` begins, and what each of its messages told, by name. */
function exchange(me: WorldNode, peer: WorldNode, join = false): string[][] {
  const told: string[][] = []
  const asked = me.engine.beginPushPull(join, EMPTY)
  let next: StateEncoder | undefined = asked.request
  while (next !== undefined) {
    const question = next.whole()
    const answer = peer.answer(question, me.host)
    told.push(namesIn(me, question), namesIn(me, answer))
    const merge = me.mergeBytes(answer, peer.host, asked)
    next = merge.failure === undefined ? asked.followUp(merge) : undefined
  }
  return told
}

function namesIn({ engine }: WorldNode, bytes: Uint8Array): string[] {
  const merge = engine.beginMerge(bytes, 1, bytes.length, '10.0.0.9')
  while (!merge.verify(100));
  expect(merge.failure).toBeUndefined()
  return merge
    .peers()
    .map(({ name }) => name)
    .sort()
}

function hear(nodes: readonly WorldNode[], ...messages: readonly Uint8Array[]): void {
  for (const node of nodes) for (const message of messages) node.hear([message])
}

const many = Array.from({ length: 300 }, (_, index) => alive(`node-${index}`))

describe('a push/pull that is not part of a join', () => {
  it('tells nobody of anybody where both know the same', () => {
    const { me, peer } = pair()
    hear([me, peer], ...many, suspect('node-3', 1, 'x'))
    expect(exchange(me, peer)).toEqual([[], []])
  })

  it('is done with the answer where the peer alone knows more', () => {
    const { me, peer } = pair()
    hear([me, peer], ...many)
    hear([peer], alive('new'), alive('node-7', { incarnation: 2 }))
    const [asked, answered, ...more] = exchange(me, peer)
    expect([asked, more]).toEqual([[], []])
    expect(answered).toContain('new')
    expect(answered).toContain('node-7')
    expect(answered.length).toBeLessThan(100)
    expect([me.state('new'), me.incarnation('node-7')]).toEqual(['alive', 2])
  })

  it('tells the peer just what it lacks, and is not told of it again', () => {
    const { me, peer } = pair()
    hear([me, peer], ...many)
    hear([me], alive('new'), alive('node-7', { incarnation: 2 }), suspect('node-8', 1, 'x'))
    const told = exchange(me, peer)
    expect(told[0]).toEqual([])
    expect(told[1]).toContain('node-7')
    expect(told.slice(2)).toEqual([['new', 'node-7', 'node-8'], []])
    expect([peer.state('new'), peer.incarnation('node-7')]).toEqual(['alive', 2])
    expect(peer.state('node-8')).toBe('suspect')
  })

  it('tells who died to a peer that holds them for alive', () => {
    const { me, peer } = pair()
    hear([me, peer], ...many)
    hear([me], dead('node-1', 1, 'x'), dead('node-2', 1, 'node-2'))
    expect(exchange(me, peer).slice(2)).toEqual([['node-1', 'node-2'], []])
    expect([peer.state('node-1'), peer.state('node-2')]).toEqual(['suspect', 'left'])
  })

  it('says nothing of the dead to a peer that does not know them', () => {
    const { me, peer } = pair()
    hear([me, peer], ...many)
    hear([me], alive('gone'), dead('gone', 1, 'x'))
    expect(exchange(me, peer)).toEqual([[], []])
  })

  it('says nothing of the dead to a peer that holds them for dead as well', () => {
    const { me, peer } = pair()
    hear([me, peer], alive('gone'))
    hear([me], alive('gone', { incarnation: 2 }), dead('gone', 2, 'x'), alive('new'))
    hear([peer], dead('gone', 1, 'x'))
    expect(exchange(me, peer)).toEqual([[], ['gone', 'me', 'peer'], ['new'], []])
  })

  it('tells a peer what others say of it, and takes what it says to that', () => {
    const { me, peer } = pair()
    hear([me], dead('peer', 100, 'x'))
    expect(exchange(me, peer)).toEqual([[], ['me', 'peer'], ['peer'], []])
    expect(peer.incarnation()).toBe(101)
  })

  it('ends after two questions, whatever the peer answers', () => {
    const { me, peer } = pair()
    hear([me], ...many)
    const asked = me.engine.beginPushPull(false, EMPTY)
    const first = me.mergeBytes(pushPull([{ name: 'liar' }]), peer.host, asked)
    expect(asked.followUp(first)).toBeDefined()
    const second = me.mergeBytes(pushPull([{ name: 'another' }]), peer.host, asked)
    expect(asked.followUp(second)).toBeUndefined()
  })

  it('carries the user state once, with the question', () => {
    const { me, peer } = pair()
    hear([me], alive('new'))
    const asked = me.engine.beginPushPull(false, Buffer.from('state'))
    const userStateOf = (encoder: StateEncoder | undefined): string => {
      const bytes = encoder === undefined ? EMPTY : encoder.whole()
      const { userState } = peer.engine.beginMerge(bytes, 1, bytes.length, me.host)
      return Buffer.from(userState.copy()).toString()
    }
    expect(userStateOf(asked.request)).toBe('state')
    const merge = me.mergeBytes(peer.answer(asked.request.whole()), peer.host, asked)
    expect(userStateOf(asked.followUp(merge))).toBe('')
  })
})

describe('a push/pull that is part of a join', () => {
  it('tells all that both know, as in Go: who joins knows nobody', () => {
    const { me, peer } = pair()
    hear([me, peer], alive('a'))
    const all = ['a', 'me', 'peer']
    expect(exchange(me, peer, true)).toEqual([all, all])
  })
})

describe('a peer that knows nothing of digests', () => {
  const peer = { rules: goRules }

  it('answers with all that it knows, and is told only what it lacks', () => {
    const { me, peer: go } = pair({ peer })
    hear([me, go], alive('a'), alive('b'))
    const all = ['a', 'b', 'me', 'peer']
    expect(exchange(me, go)).toEqual([[], all])
    hear([me], alive('new'))
    expect(exchange(me, go)).toEqual([[], all, ['new'], all])
  })

  it('is answered with all that we know', () => {
    const { me, peer: go } = pair({ peer })
    hear([me, go], alive('a'))
    const all = ['a', 'me', 'peer']
    expect(exchange(go, me)).toEqual([all, all])
  })
})

describe('the outcome for what either knew of others', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f']
  const view = fc.record({
    incarnation: fc.integer({ min: 1, max: 3 }),
    state: fc.constantFrom('alive', 'suspect', 'dead', 'left'),
    meta: fc.constantFrom('', 'm'),
  })
  const views = fc.array(fc.option(view), { minLength: names.length, maxLength: names.length })

  function know(
    node: WorldNode,
    known: readonly (typeof view extends fc.Arbitrary<infer V> ? V | null : never)[],
  ) {
    for (const [index, each] of known.entries()) {
      if (each === null) continue
      const { incarnation, state, meta } = each
      const name = names[index]
      hear([node], alive(name, { incarnation, meta }))
      if (state === 'suspect') hear([node], suspect(name, incarnation, 'x'))
      if (state === 'dead') hear([node], dead(name, incarnation, 'x'))
      if (state === 'left') hear([node], dead(name, incarnation, name))
    }
  }

  const outcome = (nodes: readonly WorldNode[]) =>
    nodes.map((node) =>
      names.map((name) => {
        const slot = node.slot(name)
        const meta = slot < 0 ? EMPTY : node.engine.core.members.record(slot).metaBytes
        return `${name} ${node.state(name)} ${slot < 0 ? '' : node.incarnation(name)} ${Buffer.from(meta).toString()}`
      }),
    )

  it('is that of telling all', () => {
    fc.assert(
      fc.property(views, views, (mine, theirs) => {
        const compared = pair()
        const all = pair({ me: { rules: { ...ourRules, digests: false } } })
        for (const { me, peer } of [compared, all]) {
          know(me, mine)
          know(peer, theirs)
          exchange(me, peer)
        }
        expect(outcome([compared.me, compared.peer])).toEqual(outcome([all.me, all.peer]))
      }),
      { numRuns: 300 },
    )
  })
})
