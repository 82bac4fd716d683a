import { describe, expect, it } from 'vitest'
import type { Member, MemberState } from '../../src/api/types.ts'
import {
  countStates,
  filterMembers,
  isNoOlder,
  type MemberColumn,
  sortMembers,
} from '../../src/logic/member-table.ts'

const versions = { min: 1, max: 5, current: 2 }

function member(name: string, more: Partial<Member> = {}): Member {
  return {
    name,
    host: '10.0.0.1',
    port: 7_946,
    state: 'alive',
    incarnation: 1,
    meta: { text: '' },
    protocol: versions,
    delegate: versions,
    local: false,
    ...more,
  }
}

const names = (members: readonly Member[]): string[] => members.map(({ name }) => name)
const sorted = (members: readonly Member[], column: MemberColumn, descending = false) =>
  names(sortMembers(members, { column, descending }))

describe('members in order', () => {
  it('of their names have their numbers counted, not spelled', () => {
    expect(sorted([member('n-10'), member('n-9'), member('n-1')], 'name')).toEqual([
      'n-1',
      'n-9',
      'n-10',
    ])
  })

  it('of their states have the urgent ones first, and names within a state', () => {
    const states: MemberState[] = ['left', 'alive', 'failed', 'suspect', 'failed']
    const members = states.map((state, index) => member(`n-${5 - index}`, { state }))
    expect(sorted(members, 'state')).toEqual(['n-1', 'n-3', 'n-2', 'n-4', 'n-5'])
  })

  it('of round trips have what is not known last, either way', () => {
    const members = [member('a'), member('b', { roundTripMs: 2 }), member('c', { roundTripMs: 1 })]
    expect(sorted(members, 'roundTrip')).toEqual(['c', 'b', 'a'])
    expect(sorted(members, 'roundTrip', true)).toEqual(['b', 'c', 'a'])
  })

  it('of addresses go by the host, then the port', () => {
    const members = [
      member('a', { host: '10.0.0.10' }),
      member('b', { host: '10.0.0.2', port: 9 }),
      member('c', { host: '10.0.0.2', port: 8 }),
    ]
    expect(sorted(members, 'address')).toEqual(['c', 'b', 'a'])
  })
})

describe('a search', () => {
  const members = [
    member('api-1', { meta: { text: 'role=API zone=a' } }),
    member('db-1', { host: '10.9.9.9', state: 'failed' }),
    member('raw', { meta: { base64: '3q2+7w==' } }),
  ]
  const found = (search: string, ...states: MemberState[]) =>
    names(filterMembers(members, { search, states: new Set(states) }))

  it('looks in names, addresses and metadata, for all words, in any case', () => {
    expect(found('')).toHaveLength(3)
    expect(found('10.9')).toEqual(['db-1'])
    expect(found('ZONE=a api')).toEqual(['api-1'])
    expect(found('api db')).toEqual([])
    expect(found('0xdeadbeef')).toEqual(['raw'])
  })

  it('is within the chosen states', () => {
    expect(found('', 'failed', 'left')).toEqual(['db-1'])
    expect(found('api', 'failed')).toEqual([])
  })
})

describe('what an event tells of a member', () => {
  const known = member('a', { incarnation: 5, since: '2026-01-01T00:00:10.000Z' })

  it.each([
    ['a newer incarnation counts', { incarnation: 6, since: '2026-01-01T00:00:01.000Z' }, true],
    ['an older one does not', { incarnation: 4, since: '2026-01-01T00:00:20.000Z' }, false],
    [
      'in the same, a later state counts',
      { incarnation: 5, since: '2026-01-01T00:00:11.000Z' },
      true,
    ],
    ['an earlier one does not', { incarnation: 5, since: '2026-01-01T00:00:09.000Z' }, false],
  ])('%s', (_title, told, expected) => {
    expect(isNoOlder(member('a', told), known)).toBe(expected)
  })

  it('is counted by state', () => {
    expect(countStates([known, member('b', { state: 'left' })])).toEqual({
      alive: 1,
      suspect: 0,
      failed: 0,
      left: 1,
    })
  })
})
