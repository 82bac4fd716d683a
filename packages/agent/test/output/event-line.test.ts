import { describe, expect, test } from 'vitest'
import { memberJson } from '../../src/agent/member-json.ts'
import type { AgentEvent } from '../../src/http/schemas.ts'
import { plain } from '../../src/output/color.ts'
import { eventLine } from '../../src/output/event-line.ts'
import { memberOf } from '../fakes/fake-memberlist.ts'

const time = '2026-01-02T03:04:05.678Z'
const member = memberJson(memberOf('b'))
const spread = { version: 'v1', key: 'k', startedAt: time, expected: 2 }

describe('An event as a line', () => {
  test.each<[AgentEvent, string]>([
    [
      { time, event: 'fail', member, from: 'c' },
      '03:04:05.678  fail      b (127.0.0.1:7946), says c',
    ],
    [
      { time, event: 'joined', addresses: ['agents'], reached: 2, errors: [] },
      '03:04:05.678  joined    2 of 2 addresses answered',
    ],
    [
      {
        time,
        event: 'joined',
        addresses: ['agents'],
        reached: 2,
        errors: [{ address: 'agents', code: 'ERR_UNREACHABLE', detail: 'Nobody listens.' }],
      },
      '03:04:05.678  joined    2 of 3 addresses answered',
    ],
    [
      { time, event: 'spread', ...spread, members: [{ name: 'b', afterMs: 1 }], missing: ['c'] },
      '03:04:05.678  spread    k is at 1 members, not yet known of 1 (version v1)',
    ],
    [
      { time, event: 'kv-full', bytes: 100, maxBytes: 100 },
      '03:04:05.678  kv-full   the key/value store holds 100 bytes of at most 100; writes are refused',
    ],
  ])('%j', (event, line) => {
    expect(eventLine(event, plain)).toBe(line)
  })
})
