import { describe, expect, it } from 'vitest'
import { MemberlistError } from '../../src/errors.ts'
import { Keyring } from '../../src/wire/keyring.ts'

const key = (fill: number, length = 16): Uint8Array => new Uint8Array(length).fill(fill)
const fills = (keyring: Keyring): number[] => keyring.keys.map((each) => each[0])

function codeOf(action: () => void): string | undefined {
  try {
    action()
    return undefined
  } catch (error) {
    return error instanceof MemberlistError ? error.code : 'another error'
  }
}

describe('a keyring', () => {
  it('has its first key as the primary unless told otherwise', () => {
    expect(fills(new Keyring([key(1), key(2), key(3)]))).toEqual([1, 2, 3])
    expect(fills(new Keyring([key(1), key(2), key(3)], key(3)))).toEqual([3, 1, 2])
    expect(fills(new Keyring([key(1)], key(9)))).toEqual([9, 1])
    expect(fills(new Keyring([], key(9)))).toEqual([9])
    expect(new Keyring().size).toBe(0)
    expect(new Keyring().primary).toBe(undefined)
  })

  it('takes keys of 16, 24 and 32 bytes for the three sizes of AES', () => {
    const keyring = new Keyring([key(1, 16), key(2, 24), key(3, 32)])
    expect(keyring.prepared.map((each) => each.cipher)).toEqual([
      'aes-128-gcm',
      'aes-192-gcm',
      'aes-256-gcm',
    ])
  })

  it.each([0, 1, 15, 17, 31, 33, 64])('refuses a key of %d bytes', (length) => {
    expect(codeOf(() => new Keyring([key(1, length)]))).toBe('ERR_KEY')
    expect(codeOf(() => new Keyring().add(key(1, length)))).toBe('ERR_KEY')
  })

  it('adds a key once, behind the primary', () => {
    const keyring = new Keyring([key(1)])
    keyring.add(key(2))
    keyring.add(key(2))
    keyring.add(key(1))
    expect(fills(keyring)).toEqual([1, 2])
    expect(keyring.size).toBe(2)
  })

  it('makes the first key of an empty one its primary', () => {
    const keyring = new Keyring()
    keyring.add(key(4))
    expect(keyring.primary).toEqual(key(4))
  })

  it('changes its primary only to a key that it has', () => {
    const keyring = new Keyring([key(1), key(2), key(3)])
    keyring.use(key(3))
    expect(fills(keyring)).toEqual([3, 1, 2])
    expect(codeOf(() => keyring.use(key(9)))).toBe('ERR_KEY')
    expect(fills(keyring)).toEqual([3, 1, 2])
  })

  it('removes a key, but never the primary', () => {
    const keyring = new Keyring([key(1), key(2)])
    expect(codeOf(() => keyring.remove(key(1)))).toBe('ERR_KEY')
    keyring.remove(key(9))
    keyring.remove(key(2))
    expect(fills(keyring)).toEqual([1])
    expect(keyring.has(key(2))).toBe(false)
  })

  it('is not changed by changing the bytes that went in or came out', () => {
    const given = [key(1), Buffer.alloc(16, 2)]
    const keyring = new Keyring(given)
    for (const each of given) each.fill(7)
    keyring.keys[0].fill(8)
    keyring.primary?.fill(9)
    expect(fills(keyring)).toEqual([1, 2])
  })

  it('never has a key in what it says when it refuses', () => {
    const secret = Buffer.from('0123456789abcdef')
    for (const action of [
      () => new Keyring([secret]).remove(secret),
      () => new Keyring().use(secret),
      () => new Keyring([secret.subarray(1)]),
    ]) {
      const message = (() => {
        try {
          action()
          return ''
        } catch (error) {
          return JSON.stringify([String(error), (error as MemberlistError).data])
        }
      })()
      expect(message).toContain('key')
      expect(message).not.toContain('123456789')
      expect(message).not.toContain(secret.toString('hex').slice(2, 20))
    }
  })
})
