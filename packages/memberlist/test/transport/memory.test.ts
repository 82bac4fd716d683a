import { describe, expect, it } from 'vitest'
import { MemoryNetwork, type MemoryNetworkOptions } from '../../src/transport/memory.ts'
import { describeTransport } from './conformance.ts'
import { bytes, codeOf, Recorder, text } from './recorder.ts'

for (const host of ['10.0.0.1', 'fd00::1']) {
  describeTransport(`memory transport on ${host}`, () => {
    const network = new MemoryNetwork()
    const open = ({ port = 0, ...options }) => network.transport({ host, port }, options)
    return { host, roomForPackets: 1_000, open }
  })
}

async function create(options: MemoryNetworkOptions = {}, receiveBufferBytes = 1_000_000) {
  const network = new MemoryNetwork(options)
  const node = async (host: string) => {
    const transport = await network.transport({ host, port: 7946 }, { receiveBufferBytes })
    const recorder = new Recorder()
    transport.start(recorder)
    return {
      transport,
      recorder,
      send: (to: string, content: string) => transport.sendPacket(bytes(content), to, 7946),
    }
  }
  return { network, alice: await node('10.0.0.1'), bob: await node('10.0.0.2') }
}

const contents = (recorder: Recorder) => recorder.packets.map((packet) => text(packet.bytes))

describe('a network in memory', () => {
  it('loses the packets that its hook says', async () => {
    const { alice, bob } = await create({
      packetFate: (_from, _to, content) => (text(content) === 'b' ? 'lost' : 0),
    })
    for (const content of ['a', 'b', 'c']) expect(alice.send('10.0.0.2', content)).toBe(true)
    await bob.transport.drain()
    expect(contents(bob.recorder)).toEqual(['a', 'c'])
  })

  it('tells the hook who sends what to whom', async () => {
    const asked: unknown[] = []
    const { network, alice } = await create()
    network.packetFate = (from, to, content) => {
      asked.push([from.host, to.host, text(content)])
      return 0
    }
    alice.send('10.0.0.2', 'x')
    expect(asked).toEqual([['10.0.0.1', '10.0.0.2', 'x']])
  })

  it('delays packets on the clock that it is given, so that they overtake each other', async () => {
    const waiting: { at: number; task: () => void }[] = []
    const { alice, bob } = await create({
      packetFate: (_from, _to, content) => Number(text(content)),
      schedule: (task, at) => waiting.push({ at, task }),
    })
    for (const delay of ['30', '10', '20']) alice.send('10.0.0.2', delay)
    for (const { task } of waiting.sort((one, other) => one.at - other.at)) task()
    expect(contents(bob.recorder)).toEqual(['10', '20', '30'])
  })

  it('keeps the groups of a partition apart, and nobody else, until it heals', async () => {
    const { network, alice, bob } = await create()
    const carol = await network.transport({ host: '10.0.0.3', port: 7946 })
    carol.start(new Recorder())
    network.partition([alice.transport.local], [bob.transport.local])
    alice.send('10.0.0.2', 'cut off')
    carol.sendPacket(bytes('in no group'), '10.0.0.2', 7946)
    await bob.transport.drain()
    expect(contents(bob.recorder)).toEqual(['in no group'])
    network.heal()
    alice.send('10.0.0.2', 'healed')
    await bob.transport.drain()
    expect(contents(bob.recorder)).toEqual(['in no group', 'healed'])
  })

  it('lets a dial across a partition run into its time-out', async () => {
    const { network, alice, bob } = await create()
    network.partition([alice.transport.local], [bob.transport.local])
    const dialled = alice.transport.dial(bob.transport.local, { timeoutMs: 10 })
    expect(await codeOf(dialled)).toBe('ERR_TIMEOUT')
    expect(bob.transport.counters.streamsIn).toBe(0)
  })

  it('breaks a stream whose bytes meet a partition', async () => {
    const { network, alice, bob } = await create()
    const ours = await alice.transport.dial(bob.transport.local, { timeoutMs: 1_000 })
    const theirs = await bob.recorder.nextStream()
    network.partition([alice.transport.local], [bob.transport.local])
    await ours.write(bytes('x'))
    expect(await codeOf(ours.read())).toBe('ERR_UNREACHABLE')
    expect(await codeOf(theirs.read())).toBe('ERR_UNREACHABLE')
  })

  it('loses packets that the receive buffer has no room for', async () => {
    const { alice, bob } = await create({}, 3)
    for (const content of ['12', '34', '5', '6']) alice.send('10.0.0.2', content)
    await bob.transport.drain()
    expect(contents(bob.recorder)).toEqual(['12', '5'])
    alice.send('10.0.0.2', '78')
    await bob.transport.drain()
    expect(contents(bob.recorder)).toEqual(['12', '5', '78'])
  })

  it('runs the same way each time', async () => {
    const run = async () => {
      const { alice, bob } = await create()
      const told: string[] = []
      for (const { recorder, transport } of [alice, bob]) {
        recorder.onPacket = ({ bytes: content, host, port }) => {
          told.push(`${transport.local.host} ${text(content)}`)
          if (told.length < 50) transport.sendPacket(bytes(`${told.length}`), host, port)
        }
      }
      for (const content of ['a', 'b', 'c']) alice.send('10.0.0.2', content)
      while (told.length < 50) await alice.transport.drain()
      return told.slice(0, 50)
    }
    expect(await run()).toEqual(await run())
  })
})
