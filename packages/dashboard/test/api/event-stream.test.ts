import { describe, expect, it } from 'vitest'
import { EventStream, type StreamState } from '../../src/api/event-stream.ts'
import { ApiProblem } from '../../src/api/problem.ts'

/** A clock that the test moves. */
class FakeClock {
  #now = 0
  #timers = new Map<object, { at: number; run: () => void }>()

  now = (): number => this.#now

  after = (ms: number, run: () => void): (() => void) => {
    const timer = {}
    this.#timers.set(timer, { at: this.#now + ms, run })
    return () => this.#timers.delete(timer)
  }

  async advance(ms: number): Promise<void> {
    this.#now += ms
    for (const [timer, { at, run }] of [...this.#timers]) {
      if (at > this.#now) continue
      this.#timers.delete(timer)
      run()
    }
    await settled()
  }
}

/** What waits on promises alone is done by then. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

function setUp() {
  const clock = new FakeClock()
  const states: StreamState[] = []
  const data: string[] = []
  const asked: Record<string, string>[] = []
  const connections: ReadableStreamDefaultController<Uint8Array>[] = []
  const state: { refusal: ApiProblem | undefined } = { refusal: undefined }
  const stream = new EventStream({
    clock,
    random: () => 0.5,
    open: async (headers) => {
      asked.push(headers)
      if (state.refusal !== undefined) throw state.refusal
      const body = new ReadableStream<Uint8Array>({ start: (each) => void connections.push(each) })
      return new Response(body)
    },
    onMessage: (message) => data.push(message.data),
    onState: (each) => states.push(each),
  })
  const send = async (text: string) => {
    connections.at(-1)?.enqueue(new TextEncoder().encode(text))
    await settled()
  }
  const end = async () => {
    connections.at(-1)?.close()
    await settled()
  }
  const phases = () => states.map(({ phase }) => phase)
  return { clock, states, data, asked, connections, state, stream, send, end, phases }
}

describe('an event stream', () => {
  it('is open until it ends, then waits, then goes on after the last id', async () => {
    const { stream, send, end, phases, data, asked, clock } = setUp()
    stream.start()
    await settled()
    await send('id: 7\ndata: a\n\n')
    await end()
    expect(phases()).toEqual(['connecting', 'open', 'waiting'])
    await clock.advance(1_000)
    expect(phases().slice(3)).toEqual(['connecting', 'open'])
    expect(asked).toEqual([{}, { 'last-event-id': '7' }])
    expect(data).toEqual(['a'])
  })

  it('waits twice as long after each failure, up to 15 s, and is quick again after a success', async () => {
    const { stream, state, states, clock, end } = setUp()
    state.refusal = new ApiProblem(0, 'UNREACHABLE', 'gone')
    stream.start()
    await settled()
    const waits: number[] = []
    for (let attempt = 0; attempt < 7; attempt++) {
      const last = states.at(-1)
      if (last?.phase !== 'waiting') throw new Error(`It is ${last?.phase}.`)
      waits.push(last.retryAt - clock.now())
      if (attempt === 6) state.refusal = undefined
      await clock.advance(last.retryAt - clock.now())
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000])
    await end()
    const last = states.at(-1)
    expect(last?.phase === 'waiting' && last.retryAt - clock.now()).toBe(1_000)
  })

  it('waits first for as long as the agent asks for', async () => {
    const { stream, send, end, states, clock } = setUp()
    stream.start()
    await settled()
    await send('retry: 3000\n\n')
    await end()
    const last = states.at(-1)
    expect(last?.phase === 'waiting' && last.retryAt - clock.now()).toBe(3_000)
  })

  it.each([401, 403, 404])('does not try again after a refusal: %i', async (status) => {
    const { stream, state, phases, clock, asked } = setUp()
    state.refusal = new ApiProblem(status, 'ERR', 'no')
    stream.start()
    await settled()
    await clock.advance(60_000)
    expect(phases()).toEqual(['connecting', 'refused'])
    expect(asked).toHaveLength(1)
  })

  it.each([408, 429, 500, 503])('tries again after what may pass: %i', async (status) => {
    const { stream, state, phases } = setUp()
    state.refusal = new ApiProblem(status, 'ERR', 'later')
    stream.start()
    await settled()
    expect(phases()).toEqual(['connecting', 'waiting'])
  })

  it('is lost when it is silent for 35 s, and not while anything comes', async () => {
    const { stream, send, phases, clock } = setUp()
    stream.start()
    await settled()
    await clock.advance(34_000)
    await send(': still here\n\n')
    await clock.advance(34_000)
    expect(phases()).toEqual(['connecting', 'open'])
    await clock.advance(1_000)
    expect(phases()).toEqual(['connecting', 'open', 'waiting'])
  })

  it('connects at once when told to, and never when stopped', async () => {
    const { stream, end, phases, clock } = setUp()
    stream.start()
    await settled()
    await end()
    stream.start()
    await settled()
    expect(phases().slice(3)).toEqual(['connecting', 'open'])
    stream.stop()
    await clock.advance(60_000)
    expect(phases().at(-1)).toBe('stopped')
  })

  it('takes nothing from a connection that it gave up', async () => {
    const { stream, send, data, connections } = setUp()
    stream.start()
    await settled()
    const [old] = connections
    stream.lost(new ApiProblem(0, 'TIMEOUT', 'no answer to a poll'))
    stream.start()
    await settled()
    old?.enqueue(new TextEncoder().encode('data: old\n\n'))
    await send('data: new\n\n')
    expect(data).toEqual(['new'])
  })
})
