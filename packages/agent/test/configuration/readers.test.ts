import { describe, expect, test } from 'vitest'
import { readAddress, readJoinAddress } from '../../src/configuration/address.ts'
import { readBaseUrl } from '../../src/configuration/common-flags.ts'
import { durationText, readDuration } from '../../src/configuration/duration.ts'
import { keyId, readKey } from '../../src/configuration/key.ts'
import { readMetadata } from '../../src/configuration/metadata.ts'
import { Refusal } from '../../src/configuration/refusal.ts'

describe('An address', () => {
  test.each([
    ['10.0.0.5', { host: '10.0.0.5', port: undefined }],
    ['10.0.0.5:0', { host: '10.0.0.5', port: 0 }],
    ['10.0.0.5:65535', { host: '10.0.0.5', port: 65_535 }],
    ['::1', { host: '::1', port: undefined }],
    ['[::1]', { host: '::1', port: undefined }],
    ['[fe80::1]:7946', { host: 'fe80::1', port: 7_946 }],
    ['db-3.example.net:80', { host: 'db-3.example.net', port: 80 }],
  ])('%s is taken apart', (text, expected) => {
    expect(readAddress(text)).toEqual(expected)
  })

  test.each([
    '',
    ':80',
    'a:b',
    '10.0.0.5:',
    '10.0.0.5:65536',
    '10.0.0.5:-1',
    '10.0.0.5:1e3',
    '999.1.1.1',
    '10.0.0',
    '[10.0.0.5]:1',
    '[::1',
    '::1]:7946',
    'a b',
    'http://a',
    'a/b',
    `${'a'.repeat(64)}.net`,
  ])('"%s" is refused', (text) => {
    expect(() => readAddress(text)).toThrow(Refusal)
  })

  test.each(['db-3', 'db-3/10.0.0.2:7946', '[::1]:7946', 'a/[::1]', '_gossip._tcp.example.net'])(
    '%s can be joined',
    (text) => {
      expect(readJoinAddress(text)).toBe(text)
    },
  )

  test.each(['', '/10.0.0.1', 'a/', '10.0.0.1:0', '10.0.0.1:99999', 'a:b:c'])(
    '"%s" cannot be joined',
    (text) => {
      expect(() => readJoinAddress(text)).toThrow(Refusal)
    },
  )
})

describe("The agent's address", () => {
  test.each([
    ['127.0.0.1', 'http://127.0.0.1:4001'],
    ['[::1]:5000', 'http://[::1]:5000'],
    ['0.0.0.0:5000', 'http://127.0.0.1:5000'],
    ['[::]:5000', 'http://[::1]:5000'],
    ['https://ops.example.net/hearsay/', 'https://ops.example.net/hearsay'],
    ['http://127.0.0.1:4001', 'http://127.0.0.1:4001'],
  ])('%s leads to %s', (text, expected) => {
    expect(readBaseUrl(text)).toBe(expected)
  })

  test.each(['http://', 'http://a?b', '127.0.0.1:0', 'ftp://a'])('%s is refused', (text) => {
    expect(() => readBaseUrl(text)).toThrow(Refusal)
  })
})

describe('A time', () => {
  const read = readDuration(10, 3_600_000)

  test.each([
    ['250ms', 250],
    ['250', 250],
    ['1.5s', 1_500],
    ['2m', 120_000],
    ['1h', 3_600_000],
  ])('%s is %d milliseconds', (text, expected) => {
    expect(read(text)).toBe(expected)
  })

  test.each(['', 's', '5 s', '-1s', '9ms', '3600001', '1d', '1e3'])('"%s" is refused', (text) => {
    expect(() => read(text)).toThrow('a time from 10ms to 1h')
  })

  test('is told in the largest unit that is whole', () => {
    expect([1, 1_500, 60_000, 90_000, 7_200_000].map(durationText)).toEqual([
      '1ms',
      '1500ms',
      '1m',
      '90s',
      '2h',
    ])
  })
})

describe('A key', () => {
  test.each([16, 24, 32])('of %d bytes is read from base64 and from hexadecimal', (length) => {
    const key = Buffer.from(Array.from({ length }, (_, index) => (index * 37 + 200) & 0xff))
    expect(Buffer.from(readKey(key.toString('base64')))).toEqual(key)
    expect(Buffer.from(readKey(key.toString('hex')))).toEqual(key)
    expect(Buffer.from(readKey(key.toString('base64url')))).toEqual(key)
  })

  test.each(['', 'abc', 'AAAAAAAAAAAAAAAAAAAA', 'not base64!', 'ab'.repeat(20)])(
    '"%s" is refused, and not repeated in the message',
    (text) => {
      let refusal: unknown
      try {
        readKey(text)
      } catch (error) {
        refusal = error
      }
      expect(refusal).toBeInstanceOf(Refusal)
      const { code, got = '', takes } = refusal as Refusal
      expect(code).toBe('ERR_KEY')
      expect(takes).toContain('16, 24 or 32 bytes')
      if (text !== '') expect(got).not.toContain(text)
    },
  )

  test('has an id that does not give it away', () => {
    expect(keyId(new Uint8Array(16))).toBe('374708fff7719dd5')
  })
})

describe('Metadata', () => {
  const text = (...given: string[]) => new TextDecoder().decode(readMetadata(given))

  test('of one plain value is those bytes', () => {
    expect(text('rack 7')).toBe('rack 7')
    expect(text('{"a":"b=c"}')).toBe('{"a":"b=c"}')
    expect(text('')).toBe('')
  })

  test('of pairs is a JSON object', () => {
    expect(text('role=api')).toBe('{"role":"api"}')
    expect(text('role=api', 'zone=a=b')).toBe('{"role":"api","zone":"a=b"}')
    expect(text('__proto__=x')).toBe('{"__proto__":"x"}')
  })

  test('is either pairs or one plain value', () => {
    expect(() => text('plain', 'role=api')).toThrow(Refusal)
    expect(() => text('plain', 'other')).toThrow(Refusal)
  })

  test('is at most 512 bytes', () => {
    expect(text('x'.repeat(512))).toHaveLength(512)
    expect(() => text('ä'.repeat(257))).toThrow(Refusal)
  })
})
