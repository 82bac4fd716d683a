import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decodeState,
  decodeUpdates,
  encodeState,
  encodeUpdate,
  isGoExampleMessage,
  stateBytes,
} from '../../src/go-example/message.ts'

const updatesOf = (text: string) => decodeUpdates(Buffer.from(text))

describe('an update', () => {
  test('is written as Go writes it, and read as Go wrote it', () => {
    const add = encodeUpdate({ action: 'add', key: 'foo', value: 'bar' })
    expect(add.toString()).toBe('d[{"Action":"add","Data":{"foo":"bar"}}]')
    const del = encodeUpdate({ action: 'del', key: 'foo', value: '' })
    expect(del.toString()).toBe('d[{"Action":"del","Data":{"foo":""}}]')
    expect(updatesOf('d[{"Action":"add","Data":{"a\\u003cb":"\\u0026","é":""}}]')).toEqual([
      { action: 'add', key: 'a<b', value: '&' },
      { action: 'add', key: 'é', value: '' },
    ])
  })

  test('comes back as it was, whatever its texts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), (key, value) => {
        const update = { action: 'add', key, value } as const
        expect(decodeUpdates(encodeUpdate(update))).toEqual([update])
      }),
    )
    const proto = { action: 'add', key: '__proto__', value: 'x' } as const
    expect(decodeUpdates(encodeUpdate(proto))).toEqual([proto])
  })

  test('of several keeps their order, and passes over actions that it does not know', () => {
    const text =
      'd[{"Action":"add","Data":{"k":"1"}},{"Action":"cas","Data":{"k":"2"}},{"Action":"del","Data":{"k":""}}]'
    expect(updatesOf(text)).toEqual([
      { action: 'add', key: 'k', value: '1' },
      { action: 'del', key: 'k', value: '' },
    ])
  })

  test.each([
    'd[',
    'd[null]',
    'd[1]',
    'd[[]]',
    'd[{}]',
    'd[{"Action":"add"}]',
    'd[{"Action":"add","Data":null}]',
    'd[{"Action":"add","Data":["x"]}]',
    'd[{"Action":"add","Data":{"k":1}}]',
    'd[{"Action":["add"],"Data":{"k":"v"}}]',
    'd[{"Action":"add","Data":{"k":"v"}},{"Action":"add","Data":{"k":null}}]',
    `d${'['.repeat(500_000)}`,
  ])('that is broken is none: %s', (text) => {
    expect(updatesOf(text)).toBeUndefined()
  })

  test('is told apart from what an application sends', () => {
    expect(isGoExampleMessage(Buffer.from('d[]'))).toBe(true)
    for (const other of ['', 'd', 'deploy', '[]', 'D[]']) {
      expect(isGoExampleMessage(Buffer.from(other))).toBe(false)
    }
  })
})

describe('a state', () => {
  test('is one object, whose size is known beforehand', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })),
        (items) => {
          const entries = Object.entries(items).map(([k, v]) => [k, Buffer.from(v)] as const)
          const state = encodeState(entries)
          expect(JSON.parse(state.toString())).toEqual(items)
          expect(decodeState(state)).toEqual(Object.entries(items))
          const most = entries.reduce((sum, [key, value]) => sum + stateBytes(key, value), 2)
          expect(state.length).toBe(entries.length === 0 ? 2 : most - 1)
        },
      ),
    )
  })

  test.each(['', '[]', 'null', '{"k":1}', '{"k":{"l":""}}', '{'])(
    'that is broken is none: %s',
    (text) => {
      expect(decodeState(Buffer.from(text))).toBeUndefined()
    },
  )
})
