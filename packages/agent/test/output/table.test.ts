import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ageText } from '../../src/output/age.ts'
import { choosePaint, painted, plain } from '../../src/output/color.ts'
import { fit, isPrintable, pad, printable, textWidth } from '../../src/output/printable.ts'
import { tableLines } from '../../src/output/table.ts'

/** Any character of the lowest plane, lone surrogates and control characters included. */
const character = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code))

describe('Text from the network', () => {
  test.each([
    ['a\u001b[31mb', 'a\\x1b[31mb'],
    ['line\r\nline', 'line\\x0d\\x0aline'],
    ['\u009b', '\\x9b'],
    ['\u202etxt.exe', '\\u202etxt.exe'],
    ['\udcff', '\\udcff'],
    ['\u2028', '\\u2028'],
    ['grüße 世界 🌍 👩‍👩‍👧', 'grüße 世界 🌍 👩‍👩‍👧'],
  ])('%j is shown as %j', (text, expected) => {
    expect(printable(text)).toBe(expected)
    expect(isPrintable(text)).toBe(text === expected)
  })

  test('never has anything left that a terminal obeys', () => {
    fc.assert(
      fc.property(fc.string({ unit: character }), (text) => isPrintable(printable(text))),
      { numRuns: 200 },
    )
  })

  test('is cut to its columns, wide characters whole', () => {
    expect(fit('abcdef', 6)).toBe('abcdef')
    expect(fit('abcdef', 5)).toBe('abcd…')
    expect(fit('世界世界', 5)).toBe('世界…')
    expect(fit('世界世界', 4)).toBe('世…')
    expect(fit('abc', 1)).toBe('…')
    expect(fit('abc', 0)).toBe('')
    expect(pad('世', 4)).toBe('世  ')
  })
})

describe('A table', () => {
  const rows = [
    ['node-1', { text: '● alive', hue: 'green' as const }, '127.0.0.1:7946'],
    ['世界', { text: '✗ failed', hue: 'red' as const }, ''],
  ]

  test('has its columns one below the other', () => {
    expect(tableLines(['NAME', 'STATE', 'ADDRESS'], rows)).toEqual([
      'NAME    STATE     ADDRESS',
      'node-1  ● alive   127.0.0.1:7946',
      '世界    ✗ failed',
    ])
  })

  test('has colour around its cells, not in their width', () => {
    const lines = tableLines(['NAME', 'STATE', 'ADDRESS'], rows, { paint: painted })
    expect(lines[1]).toBe('node-1  \u001b[32m● alive   \u001b[39m127.0.0.1:7946')
  })

  test('is never wider than the terminal, whatever is in it', () => {
    const cell = fc.oneof(fc.string(), fc.string({ unit: character }), fc.constant('世'.repeat(40)))
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { maxLength: 4 }), { maxLength: 5 }),
        fc.integer({ min: 40, max: 120 }),
        (cells, width) => {
          const lines = tableLines(['A', 'B', 'C', 'D'], cells, { width })
          return lines.every((line) => textWidth(line) <= width && !line.includes('\n'))
        },
      ),
      { numRuns: 100 },
    )
  })

  test('leaves out its last columns where the terminal is too narrow to read them', () => {
    const lines = tableLines(['NAME', 'STATE', 'ADDRESS'], rows, { width: 20 })
    expect(lines).toEqual(['NAME    STATE …', 'node-1  ● alive', '世界    ✗ failed'])
  })

  test('has its last column go on below where that is asked for', () => {
    const answers = [
      ['crash', 'How soon is it noticed?'],
      ['pause', 'Is it?'],
    ]
    expect(tableLines(['NAME', 'ANSWERS'], answers, { width: 20, wraps: true })).toEqual([
      'NAME   ANSWERS',
      'crash  How soon is',
      '       it noticed?',
      'pause  Is it?',
    ])
  })

  test('has no heading alone for what nobody gave', () => {
    expect(tableLines(['NAME'], [])).toEqual(['NAME'])
  })
})

describe('Colour', () => {
  test('is for terminals that can, unless NO_COLOR is set or it is asked for', () => {
    expect(choosePaint('auto', true, {})).toBe(painted)
    expect(choosePaint('auto', true, { NO_COLOR: '' })).toBe(painted)
    expect(choosePaint('auto', true, { NO_COLOR: '1' })).toBe(plain)
    expect(choosePaint('auto', true, { TERM: 'dumb' })).toBe(plain)
    expect(choosePaint('auto', false, {})).toBe(plain)
    expect(choosePaint('always', false, { NO_COLOR: '1' })).toBe(painted)
    expect(choosePaint('never', true, {})).toBe(plain)
  })
})

test('An age has two units at the most', () => {
  const ages = [-5, 0, 119_000, 120_000, 3_599_000, 3_600_000, 9_000_000, 200_000_000]
  expect(ages.map(ageText)).toEqual([
    '0 s',
    '0 s',
    '119 s',
    '2 min',
    '59 min',
    '1 h',
    '2 h 30 min',
    '2 d',
  ])
})
