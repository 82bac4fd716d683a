import { describe, expect, it } from 'vitest'
import { ALIVE, DEAD, SUSPECT } from '../../src/core/state.ts'
import { VersionOverlap } from '../../src/core/versions.ts'
import { Span } from '../../src/wire/span.ts'

function span(versions: readonly number[]): Span {
  const result = new Span()
  result.set(Uint8Array.from(versions), 0, versions.length)
  return result
}

const us = Uint8Array.of(1, 5, 2, 0, 0, 0)

function overlap(...entries: readonly { state?: number; versions: readonly number[] }[]): boolean {
  const versions = new VersionOverlap()
  for (const { state = ALIVE, versions: each } of entries) versions.add(state, span(each))
  versions.addKnown(ALIVE, us)
  return !versions.isEmpty
}

describe('VersionOverlap', () => {
  it('holds for members that understand what each of them speaks', () => {
    expect(overlap()).toBe(true)
    expect(overlap({ versions: [1, 5, 5, 0, 0, 0] }, { versions: [2, 4, 3, 0, 0, 0] })).toBe(false)
    expect(overlap({ versions: [1, 5, 4, 0, 0, 0] }, { versions: [2, 4, 3, 0, 0, 0] })).toBe(true)
  })

  it('fails when we speak what one of the others does not understand', () => {
    expect(overlap({ versions: [3, 5, 3, 0, 0, 0] })).toBe(false)
    expect(overlap({ versions: [1, 1, 1, 0, 0, 0] })).toBe(false)
  })

  it('fails when one of the others speaks what we do not understand', () => {
    expect(overlap({ versions: [1, 9, 6, 0, 0, 0] })).toBe(false)
  })

  it('asks of members that are not alive what they speak, but not what they understand', () => {
    expect(overlap({ state: DEAD, versions: [5, 5, 2, 0, 0, 0] })).toBe(true)
    expect(overlap({ state: SUSPECT, versions: [5, 5, 2, 0, 0, 0] })).toBe(true)
    expect(overlap({ state: DEAD, versions: [1, 5, 6, 0, 0, 0] })).toBe(false)
  })

  it('holds for delegate versions by the same rule', () => {
    expect(overlap({ versions: [1, 5, 2, 0, 3, 0] })).toBe(true)
    expect(overlap({ versions: [1, 5, 2, 1, 3, 1] })).toBe(false)
    expect(overlap({ versions: [1, 5, 2, 0, 3, 2] })).toBe(false)
  })

  it('takes a member without version information for one that speaks version 0', () => {
    expect(overlap({ versions: [] })).toBe(false)
    expect(overlap({ versions: [1, 5, 2, 0, 0] })).toBe(false)
  })

  it('says what all understand and what is spoken', () => {
    const versions = new VersionOverlap()
    versions.add(ALIVE, span([3, 9, 7, 0, 2, 1]))
    versions.addKnown(ALIVE, us)
    expect(versions.describe()).toBe(
      'all understand protocol 3 to 5, spoken are 2 to 7; ' +
        'all understand delegate protocol 0 to 0, spoken are 0 to 1',
    )
  })
})
