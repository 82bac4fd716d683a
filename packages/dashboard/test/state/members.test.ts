import { describe, expect, it } from 'vitest'
import type { Member } from '../../src/api/types.ts'
import { allMembers, applyEvents, replaceMembers } from '../../src/state/members.ts'

const versions = { min: 1, max: 5, current: 2 }
const known: Member = {
  name: 'db-1',
  host: '10.0.0.1',
  port: 7_946,
  state: 'alive',
  incarnation: 1,
  meta: { text: '' },
  protocol: versions,
  delegate: versions,
  local: false,
  since: '2026-01-01T00:00:00.000Z',
  roundTripMs: 0.7,
}
const { roundTripMs: _unsaid, ...told } = known
const time = '2026-01-01T00:00:01.000Z'

describe('an event, which does not tell the round trip', () => {
  it('leaves the one that is known: also when the whole log is read after the list', () => {
    replaceMembers([known], 0)
    applyEvents([{ time, event: 'join', member: told }], 0)
    expect(allMembers.value).toEqual([known])
  })

  it('changes what it does tell', () => {
    replaceMembers([known], 0)
    const suspect: Member = { ...told, state: 'suspect', since: time }
    applyEvents([{ time, event: 'suspect', member: suspect }], 0)
    expect(allMembers.value).toEqual([{ ...suspect, roundTripMs: 0.7 }])
  })

  it('of one that is new tells of none', () => {
    replaceMembers([], 0)
    applyEvents([{ time, event: 'join', member: told }], 0)
    expect(allMembers.value).toEqual([told])
  })
})
