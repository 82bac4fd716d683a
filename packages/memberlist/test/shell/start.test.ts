import { describe, expect, it, vi } from 'vitest'
import {
  Memberlist,
  type MemberlistOptions,
  MemoryNetwork,
  UdpTcpTransport,
} from '../../src/index.ts'
import { bytes } from './bytes.ts'
import { failure } from './errors.ts'
import { runProgram } from './programs.ts'

const loopback = { host: '127.0.0.1', port: 0 }

function create(options: MemberlistOptions = {}): Promise<Memberlist> {
  return Memberlist.create({ name: 'a', bind: loopback, ...options })
}

describe('a member that starts', () => {
  it('is bound to one port for packets and streams, and says which', async () => {
    await using list = await create()
    expect(list.bound).toEqual({ host: '127.0.0.1', port: list.local.port })
    expect(list.bound.port).toBeGreaterThan(0)
    expect(list.members).toEqual([list.local])
    expect(list.local).toMatchObject({ name: 'a', state: 'alive', local: true })
    expect(list.health).toBe(0)
  })

  it('has the settings that were given, and the defaults for the others', async () => {
    await using list = await create({ probeIntervalMs: 700 })
    expect(list.settings).toMatchObject({
      probeIntervalMs: 700,
      gossipNodes: 3,
      pushPullIntervalMs: 30_000,
    })
  })

  it('tells others the address that it was given for that', async () => {
    await using list = await create({ advertise: { host: '192.0.2.7', port: 4_000 } })
    expect(list.local).toMatchObject({ host: '192.0.2.7', port: 4_000 })
    await using half = await create({ advertise: { host: '2001:DB8::7' } })
    expect(half.local).toMatchObject({ host: '2001:db8::7', port: half.bound.port })
  })

  it('begins a life above any earlier one of the same name', async () => {
    const lives: number[] = []
    for (const seconds of [0, 1]) {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2030, 0, 1, 0, 0, seconds) })
      await using list = await create()
      lives.push(list.local.incarnation)
      vi.useRealTimers()
    }
    expect(lives[1]).toBeGreaterThan(lives[0])
    expect(lives[1]).toBeLessThan(2 ** 31)
  })

  it('is let go at the end of its scope', async () => {
    let port = 0
    {
      await using list = await create()
      port = list.bound.port
    }
    await using again = await create({ bind: { host: '127.0.0.1', port } })
    expect(again.bound.port).toBe(port)
  })
})

describe('a member that cannot start', () => {
  it('says that its port is taken', async () => {
    await using list = await create()
    const error = await failure('ERR_ADDRESS_IN_USE', create({ bind: list.bound }))
    expect(error.data).toMatchObject({ host: '127.0.0.1', port: list.bound.port })
  })

  it('says that its address is none of this machine', async () => {
    await failure('ERR_BIND', create({ bind: { host: '192.0.2.1', port: 0 } }))
  })

  it('leaves nothing open: the process ends by itself', async () => {
    const program = runProgram('failed-starts.ts')
    expect(await program.ended).toBe(0)
    expect(program.lines).toEqual([
      'ERR_CONFIG',
      'ERR_KEY',
      'ERR_ADDRESS',
      'ERR_BIND',
      'ERR_DELEGATE',
      'ERR_TOO_LARGE',
      'ERR_ADDRESS_IN_USE',
      'TypeError',
      'ERR_JOIN',
    ])
  })

  it.each([
    ['cannot be had', () => Promise.reject(new Error('x')), 'ERR_DELEGATE'],
    ['is too large', () => new Uint8Array(513), 'ERR_TOO_LARGE'],
  ] as const)('because its metadata %s opens no socket', async (_why, nodeMeta, code) => {
    const open = vi.spyOn(UdpTcpTransport, 'open')
    await failure(code, create({ delegate: { nodeMeta } }))
    expect(open).not.toHaveBeenCalled()
    open.mockRestore()
  })

  it('lets go of sockets and timers when the last step fails', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const transport = await new MemoryNetwork().transport({ host: '10.0.0.1', port: 1 })
    const disposed = vi.spyOn(transport, 'close')
    transport.start = () => {
      throw new Error('started already')
    }
    await expect(create({ transport })).rejects.toThrow('started already')
    expect(disposed).toHaveBeenCalledTimes(1)
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
  })

  it('does not keep what went wrong from the caller when letting go fails, too', async () => {
    const transport = await new MemoryNetwork().transport({ host: '10.0.0.1', port: 1 })
    transport[Symbol.asyncDispose] = () => Promise.reject(new Error('cannot close'))
    await failure('ERR_CONFIG', create({ transport, probeTimeoutMs: 0 }))
  })
})

describe('two members on real sockets', () => {
  it('join, talk, and part', async () => {
    await using a = await create({ name: 'a' })
    await using b = await create({ name: 'b' })
    const heard = new Promise<string>((resolve) => {
      a.on('message', (event) => resolve(new TextDecoder().decode(event.bytes)))
    })
    const { joined } = await b.join([`127.0.0.1:${a.bound.port}`])
    expect(joined).toBe(1)
    await b.send('a', bytes('hello'))
    expect(await heard).toBe('hello')
  })
})
