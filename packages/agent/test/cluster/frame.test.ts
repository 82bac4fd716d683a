import { describe, expect, test } from 'vitest'
import { memberJson } from '../../src/agent/member-json.ts'
import type { ChildAgent, Exit, Ready } from '../../src/cluster/child-agent.ts'
import { type FrameInput, frameLines } from '../../src/cluster/frame.ts'
import { Screen } from '../../src/cluster/screen.ts'
import type { MemberJson } from '../../src/http/schemas.ts'
import { plain } from '../../src/output/color.ts'
import { textWidth } from '../../src/output/printable.ts'
import { memberOf } from '../fakes/fake-memberlist.ts'
import { FakeSink } from '../fakes/fake-surroundings.ts'

const since = Date.UTC(2026, 0, 2, 3, 4, 5)

function member(number: number, state: MemberJson['state'] = 'alive'): MemberJson {
  return memberJson(memberOf(`node-${number}`, { port: 7_945 + number, state, since }))
}

function child(number: number, view: readonly MemberJson[], exit?: Exit): ChildAgent {
  const own = member(number)
  const gossip = `127.0.0.1:${own.port}`
  const http = `127.0.0.1:${4_000 + number}`
  const ready: Ready = { time: '', event: 'ready', name: own.name, gossip, http, member: own }
  return {
    name: own.name,
    pid: 1_000 + number,
    view: new Map(view.map((each) => [each.name, each])),
    ready,
    exit,
    isRunning: exit === undefined,
  } as ChildAgent
}

function input(children: readonly ChildAgent[], more: Partial<FrameInput> = {}): FrameInput {
  return {
    children,
    reporter: children.find(({ isRunning }) => isRunning),
    latest: [],
    shared: [],
    now: since + 12_000,
    program: 'npx hearsay',
    flags: ['--profile', 'local'],
    isStopping: false,
    ...more,
  }
}

const all = [member(1), member(2), member(3)]
const size = { columns: 80, rows: 24 }

describe('The live table', () => {
  test('shows who is alive, and what can be done', () => {
    const children = [child(1, all), child(2, all), child(3, all)]
    expect(frameLines(input(children), size, plain)).toEqual([
      ' NAME    STATE    FOR   GOSSIP          HTTP   PROCESS  SEEN BY',
      ' node-1  ● alive  12 s  127.0.0.1:7946  :4001  1001     3 of 3',
      ' node-2  ● alive  12 s  127.0.0.1:7947  :4002  1002     3 of 3',
      ' node-3  ● alive  12 s  127.0.0.1:7948  :4003  1003     3 of 3',
      ' ',
      ' Kill one   kill -9 1003',
      ' Add one    npx hearsay agent --profile local --join 127.0.0.1:7946',
      ' Dashboard  http://127.0.0.1:4001/',
      " Write      curl 'http://127.0.0.1:4001/add?key=foo&val=bar'",
      " Read       curl 'http://127.0.0.1:4003/get?key=foo'",
      ' Stop all   Ctrl-C',
    ])
  })

  test('shows one that was killed, and how far the news has come', () => {
    const failed = [member(1), member(2, 'failed'), member(3)]
    const suspected = [member(1), member(2, 'suspect'), member(3)]
    const killed = child(2, all, { code: null, signal: 'SIGKILL' })
    const lines = frameLines(input([child(1, failed), killed, child(3, suspected)]), size, plain)
    expect(lines[2]).toBe(' node-2  ✗ failed  12 s  127.0.0.1:7947  :4002  killed SIGKILL  1 of 2')
  })

  test('tells what the next agent sees when the first one is gone', () => {
    const dead = [member(1, 'failed'), member(2)]
    const gone = child(1, [member(1), member(2)], { code: 1, signal: null })
    const lines = frameLines(input([gone, child(2, dead)]), size, plain)
    expect(lines[1]).toContain('✗ failed')
    expect(lines[1]).toContain('ended, code 1')
    expect(lines.join('\n')).toContain('--join 127.0.0.1:7947')
  })

  test('shows members that others added', () => {
    const lines = frameLines(input([child(1, [member(1), member(9)])]), size, plain)
    expect(lines[2]).toBe(' node-9  ● alive  12 s  127.0.0.1:7954         not ours  1 of 1')
  })

  test('says that no agent runs any more', () => {
    const lines = frameLines(input([child(1, all, { code: 1, signal: null })]), size, plain)
    expect(lines.at(-1)).toBe(' No agent runs.')
  })

  test.each([
    [80, 24],
    [40, 24],
    [120, 12],
    [60, 10],
  ])('fits %d columns and %d rows, with 64 agents too', (columns, rows) => {
    const many = Array.from({ length: 64 }, (_, index) => member(index + 1))
    const children = many.map((_, index) => child(index + 1, many))
    const latest = Array.from({ length: 20 }, () => 'x'.repeat(200))
    const lines = frameLines(input(children, { latest }), { columns, rows }, plain)
    expect(lines.length).toBeLessThan(rows)
    for (const line of lines) expect(textWidth(line)).toBeLessThan(columns)
    expect(lines.join('\n')).toMatch(/… and \d+ more/)
  })

  test('shows which keys were written where, and how soon the others had them', () => {
    const shared = {
      key: 'fruit/apple',
      value: 'red',
      writtenOn: 'node-1',
      readOn: [
        { name: 'node-2', afterMs: 2.2 },
        { name: 'node-3', afterMs: 11 },
      ],
    }
    const latest = Array.from({ length: 20 }, (_, index) => `event ${index}`)
    const wide = { columns: 100, rows: 24 }
    const lines = frameLines(input([child(1, all)], { shared: [shared], latest }), wide, plain)
    expect(lines).toContain(
      ' fruit/apple = red by node-1, read by node-2 after 3 ms, node-3 after 11 ms',
    )
    expect(lines.at(-1)).toBe(' event 19')
    expect(lines.length).toBeLessThan(size.rows)
  })

  test('shows what happened last in the room that is left', () => {
    const latest = Array.from({ length: 20 }, (_, index) => `event ${index}`)
    const lines = frameLines(input([child(1, all)], { latest }), size, plain)
    expect(lines.slice(-6)).toEqual([14, 15, 16, 17, 18, 19].map((index) => ` event ${index}`))
  })
})

describe('The screen', () => {
  test('is drawn over in place, in one write, with no blank in between', () => {
    const sink = new FakeSink({ columns: 80, rows: 24 })
    const screen = new Screen(sink)
    const writes: string[] = []
    sink.write = (text) => writes.push(String(text)) > 0
    screen.draw(['a', 'b'])
    screen.draw(['a', 'c', 'd'])
    screen.draw(['e'])
    expect(writes).toHaveLength(3)
    expect(writes[0]).toBe('\u001b[?2026h\ra\u001b[K\nb\u001b[K\n\u001b[J\u001b[?2026l')
    expect(writes[1]).toContain('\u001b[2Aa\u001b[K\nc')
    expect(writes[2]).toContain('\u001b[3Ae\u001b[K\n\u001b[J')
  })

  test('begins anew after a resize, because lines may have been wrapped', () => {
    const sink = new FakeSink({ columns: 80, rows: 24 })
    const screen = new Screen(sink)
    screen.draw(['a'])
    sink.happen('resize')
    screen.draw(['a'])
    expect(sink.text).toContain('\u001b[2J\u001b[H')
  })

  test('has a size on a terminal that does not know its own', () => {
    const sink = new FakeSink({ columns: 0, rows: 0 })
    expect(new Screen(sink).size).toEqual({ columns: 80, rows: 24 })
  })

  test('gives the cursor back', () => {
    const sink = new FakeSink({ columns: 80, rows: 24 })
    new Screen(sink).close()
    expect(sink.text).toBe('\u001b[?25l\u001b[?25h')
  })
})
