import { describe, expect, it } from 'vitest'
import { type Delegate, type Member, Memberlist, MemoryNetwork } from '../../src/index.ts'
import { bytes, noise, text } from './bytes.ts'
import { failure } from './errors.ts'
import { addressOf, settle, VirtualCluster, view } from './virtual-cluster.ts'

/** A promise that the test settles when it wants to. */
function deferred<Value>(): {
  promise: Promise<Value>
  resolve: (value: Value) => void
  reject: (error: Error) => void
} {
  let resolve: (value: Value) => void = () => undefined
  let reject: (error: Error) => void = () => undefined
  const promise = new Promise<Value>((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  return { promise, resolve, reject }
}

function warningsOf(list: Memberlist): string[] {
  const warnings: string[] = []
  list.on('warning', ({ code, text }) => warnings.push(`${code}: ${text}`))
  return warnings
}

describe('state of the application', () => {
  it('is exchanged both ways when a member joins, and in every push/pull after', async () => {
    await using cluster = new VirtualCluster()
    const got: string[] = []
    const delegate = (name: string, wait: boolean): Delegate => ({
      localState: (join) => {
        const state = bytes(`${name}'s, join ${join}`)
        return wait ? Promise.resolve(state) : state
      },
      mergeRemoteState: async (state, join) => {
        if (wait) await settle()
        got.push(`${name} got ${text(state)}, join ${join}`)
      },
    })
    const a = await cluster.start('a', { delegate: delegate('a', true) })
    const b = await cluster.start('b', { delegate: delegate('b', false) })
    await cluster.join(b, a)
    expect(got.filter((each) => each.endsWith('join true')).sort()).toEqual([
      "a got b's, join true, join true",
      "b got a's, join true, join true",
    ])
    await cluster.until(() => got.includes("a got b's, join false, join false"))
    await cluster.until(() => got.includes("b got a's, join false, join false"))
  })

  it('may be large', async () => {
    await using cluster = new VirtualCluster()
    const state = noise(3_000_000)
    let got: Uint8Array | undefined
    const a = await cluster.start('a', { delegate: { localState: () => state } })
    const b = await cluster.start('b', {
      delegate: {
        mergeRemoteState: (remote) => {
          got = remote
        },
      },
    })
    await cluster.join(b, a)
    expect(got && Buffer.compare(got, state)).toBe(0)
  })

  it('is left out where there is none', async () => {
    await using cluster = new VirtualCluster()
    let merges = 0
    const delegate = { mergeRemoteState: () => void merges++ }
    const [a, b] = [await cluster.start('a'), await cluster.start('b', { delegate })]
    await cluster.join(b, a)
    expect(merges).toBe(0)
  })

  it.each([
    ['throws', () => Promise.reject(new Error('no state'))],
    ['is too large', () => new Uint8Array(20 * 1024 * 1024 + 1)],
  ])('is left out when it %s, and that is told', async (_what, localState) => {
    await using cluster = new VirtualCluster()
    const [a, b] = [
      await cluster.start('a', { delegate: { localState } }),
      await cluster.start('b'),
    ]
    const warnings = warningsOf(a)
    await cluster.join(b, a)
    expect(a.members).toHaveLength(2)
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatch(/^callback-failed: The delegate's localState failed: /)
  })

  it('that cannot be merged does not undo the join', async () => {
    await using cluster = new VirtualCluster()
    const delegate = {
      mergeRemoteState: () => {
        throw new Error('not mine')
      },
    }
    const a = await cluster.start('a', { delegate: { localState: () => bytes('x') } })
    const b = await cluster.start('b', { delegate })
    const warnings = warningsOf(b)
    await cluster.join(b, a)
    expect(b.members).toHaveLength(2)
    expect(warnings).toEqual([
      "callback-failed: The delegate's mergeRemoteState failed: not mine. The member goes on.",
    ])
  })
})

/** Nothing is told but by the push/pull of a join. */
const quiet = {
  gossipIntervalMs: 0,
  probeIntervalMs: 0,
  pushPullIntervalMs: 0,
  reconnectIntervalMs: 0,
}

describe('the merge veto', () => {
  it('is shown what a join would bring, and may agree by a promise', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a', 'x'], { meta: bytes('m') })
    const shown: Member[][] = []
    const delegate: Delegate = {
      merge: async (members, join) => {
        expect(join).toBe(true)
        shown.push([...members])
        await settle()
        return true
      },
    }
    const b = await cluster.start('b', { delegate })
    await cluster.join(b, a)
    const [members] = shown
    expect(members.map(({ name, state, meta }) => [name, state, text(meta)]).sort()).toEqual([
      ['a', 'alive', 'm'],
      ['x', 'alive', 'm'],
    ])
    expect(members.every((member) => Object.isFrozen(member))).toBe(true)
    expect(b.members).toHaveLength(3)
  })

  it.each([
    ['false', () => false],
    ['a promise of false', () => Promise.resolve(false)],
    [
      'a throw',
      () => {
        throw new Error('never')
      },
    ],
    ['a rejection', () => Promise.reject(new Error('never'))],
  ])('refuses all of it by %s', async (_how, merge) => {
    await using cluster = new VirtualCluster()
    const a = await cluster.start('a', quiet)
    const b = await cluster.start('b', { delegate: { merge }, ...quiet })
    const error = await failure('ERR_JOIN', cluster.finish(b.join([addressOf(a)])))
    expect(error.data.outcomes).toMatchObject([{ error: { code: 'ERR_DELEGATE' } }])
    expect(view(b)).toEqual({ b: 'alive' })
    expect(b.stats().rejected.vetoed).toBe(1)
  })

  it('holds for the side that is joined, too', async () => {
    await using cluster = new VirtualCluster()
    const a = await cluster.start('a', { delegate: { merge: () => false }, ...quiet })
    const b = await cluster.start('b', quiet)
    const warnings = warningsOf(a)
    await cluster.join(b, a)
    expect([view(a), view(b)]).toEqual([{ a: 'alive' }, { a: 'alive', b: 'alive' }])
    expect(warnings).toEqual([
      expect.stringMatching(/^exchange-failed: The merge with .* was refused by the delegate\.$/),
    ])
    expect(a.stats().rejected.vetoed).toBe(1)
  })

  it('is asked on joins alone, or always', async () => {
    await using cluster = new VirtualCluster()
    const asked: Record<string, boolean[]> = { a: [], b: [] }
    const delegate = (name: string, mergeWhen: 'join' | 'always'): Delegate => ({
      mergeWhen,
      merge: (_members, join) => {
        asked[name].push(join)
        return true
      },
    })
    const a = await cluster.start('a', { delegate: delegate('a', 'join') })
    const b = await cluster.start('b', { delegate: delegate('b', 'always') })
    await cluster.join(b, a)
    await cluster.until(() => asked.b.includes(false))
    expect(asked.a).toEqual([true])
    expect(asked.b[0]).toBe(true)
  })
})

describe('the alive veto', () => {
  it('keeps members out, by answer or by throwing', async () => {
    await using cluster = new VirtualCluster()
    const delegate: Delegate = {
      alive: (member) => {
        if (member.name === 'thrower') throw new Error('what is this')
        return text(member.meta) !== 'foreign'
      },
    }
    const a = await cluster.start('a', { delegate })
    const warnings = warningsOf(a)
    const other = await cluster.start('other', { meta: bytes('foreign') })
    const thrower = await cluster.start('thrower')
    const friend = await cluster.start('friend')
    for (const list of [other, thrower, friend]) await cluster.join(list, a)
    expect(view(a)).toEqual({ a: 'alive', friend: 'alive' })
    expect(a.stats().rejected.vetoed).toBeGreaterThanOrEqual(2)
    expect(warnings).toEqual([
      "callback-failed: The delegate's alive failed: what is this. The member goes on.",
    ])
  })

  it('may answer later, and nothing else waits for it', async () => {
    await using cluster = new VirtualCluster()
    const answers = new Map<string, ReturnType<typeof deferred<boolean>>>()
    const delegate: Delegate = {
      alive: ({ name }) => {
        if (name === 'a' || name === 'd') return true
        const answer = answers.get(name) ?? deferred<boolean>()
        answers.set(name, answer)
        return answer.promise
      },
    }
    const a = await cluster.start('a', { delegate })
    for (const name of ['b', 'c', 'd', 'e']) await cluster.join(await cluster.start(name), a)
    expect(view(a)).toEqual({ a: 'alive', d: 'alive' })
    answers.get('c')?.resolve(true)
    answers.get('b')?.resolve(false)
    answers.get('e')?.reject(new Error('gone'))
    await settle()
    expect(view(a)).toEqual({ a: 'alive', c: 'alive', d: 'alive' })
  })

  it('is not needed any more when its answer comes after shutdown', async () => {
    await using cluster = new VirtualCluster()
    const answer = deferred<boolean>()
    const delegate: Delegate = { alive: ({ name }) => (name === 'a' ? true : answer.promise) }
    const a = await cluster.start('a', { delegate })
    await cluster.join(await cluster.start('b'), a)
    await a.shutdown()
    answer.resolve(true)
    await settle()
    expect(view(a)).toEqual({ a: 'alive' })
  })

  it('is not asked while as many answers are waited for as may be', async () => {
    await using cluster = new VirtualCluster()
    const answer = deferred<boolean>()
    const asked: string[] = []
    const delegate: Delegate = {
      alive: ({ name }) => {
        asked.push(name)
        return name === 'b' ? answer.promise : true
      },
    }
    const a = await cluster.start('a', { delegate, handoffQueueDepth: 1 })
    for (const name of ['b', 'c']) await cluster.join(await cluster.start(name), a)
    expect(asked).toContain('b')
    expect(asked).not.toContain('c')
    const { overload, vetoed } = a.stats().rejected
    expect(overload).toBeGreaterThan(0)
    expect(vetoed).toBe(0)
    answer.resolve(true)
    await settle()
    expect(view(a)).toEqual({ a: 'alive', b: 'alive' })
    const joining = await cluster.start('d')
    await cluster.join(joining, a)
    expect(view(a)).toMatchObject({ a: 'alive', b: 'alive', d: 'alive' })
  })

  it('refuses by an answer that is none', async () => {
    await using cluster = new VirtualCluster()
    const delegate = { alive: ({ name }: Member) => (name === 'a' ? true : 'no') } as object
    const a = await cluster.start('a', { delegate })
    await cluster.join(await cluster.start('b'), a)
    await settle()
    expect(view(a)).toEqual({ a: 'alive' })
  })
})

describe('the ping delegate', () => {
  it('puts bytes into acks, and is told of round trips with them', async () => {
    await using cluster = new VirtualCluster()
    const told: [string, number, string][] = []
    const delegate = (name: string): Delegate => ({
      ackPayload: () => bytes(`load of ${name}`),
      pingComplete: (member, roundTripMs, payload) => {
        if (name === 'a') told.push([member.name, roundTripMs, text(payload)])
      },
    })
    const a = await cluster.start('a', { delegate: delegate('a') })
    await cluster.join(await cluster.start('b', { delegate: delegate('b') }), a)
    cluster.network.packetFate = () => 5
    await cluster.until(() => told.some(([, roundTripMs]) => roundTripMs === 10))
    expect(told.at(-1)).toEqual(['b', 10, 'load of b'])
  })

  it('that throws still leaves an ack, without bytes', async () => {
    await using cluster = new VirtualCluster()
    const delegate: Delegate = {
      ackPayload: () => {
        throw new Error('broken')
      },
      pingComplete: () => {
        throw new Error('broken too')
      },
    }
    const [a, b] = await cluster.startAll(['a', 'b'], { delegate })
    const warnings = warningsOf(b)
    expect((await cluster.finish(a.ping('b'))).payload).toHaveLength(0)
    await cluster.until(() => warnings.length === 2)
    expect(warnings.map((warning) => warning.split(' failed')[0]).sort()).toEqual([
      "callback-failed: The delegate's ackPayload",
      "callback-failed: The delegate's pingComplete",
    ])
  })

  it('turns the fallback ping off for some members', async () => {
    await using cluster = new VirtualCluster()
    const asked: string[] = []
    const disableTcpPingsFor = (name: string): boolean => {
      asked.push(name)
      return name === 'b'
    }
    const off = { pushPullIntervalMs: 0, reconnectIntervalMs: 0 }
    const a = await cluster.start('a', { delegate: { disableTcpPingsFor }, ...off })
    for (const name of ['b', 'c']) await cluster.join(await cluster.start(name, off), a)
    cluster.network.packetFate = () => 'lost'
    await cluster.until(() => asked.includes('b') && asked.includes('c'))
    await cluster.elapse(1_000)
    expect(a.stats().protocol.streamPings).toBeGreaterThan(0)
    expect(view(a)).not.toMatchObject({ b: 'alive' })
    expect(view(a)).toMatchObject({ c: 'alive' })
  })
})

describe('metadata from the delegate', () => {
  const create = (delegate: Delegate, meta?: Uint8Array): Promise<Memberlist> =>
    new MemoryNetwork()
      .transport({ host: '10.0.0.1', port: 1 })
      .then((transport) =>
        Memberlist.create({ name: 'a', transport, delegate, ...(meta && { meta }) }),
      )

  it('is asked for when the member starts, by a promise too', async () => {
    for (const nodeMeta of [
      (limit: number) => bytes(`up to ${limit}`),
      async (limit: number) => bytes(`up to ${limit}`),
    ]) {
      await using list = await create({ nodeMeta })
      expect(text(list.local.meta)).toBe('up to 512')
    }
  })

  it('is not asked for where the options have it', async () => {
    await using list = await create({ nodeMeta: () => bytes('asked') }, bytes('given'))
    expect(text(list.local.meta)).toBe('given')
  })

  it('ends the start when it cannot be had or used', async () => {
    const thrown = await failure(
      'ERR_DELEGATE',
      create({ nodeMeta: () => Promise.reject(Error('x')) }),
    )
    expect(thrown.cause).toEqual(new Error('x'))
    await failure('ERR_TOO_LARGE', create({ nodeMeta: () => new Uint8Array(513) }))
    await failure('ERR_CONFIG', create({ nodeMeta: () => undefined } as object))
  })
})
