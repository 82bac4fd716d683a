import { describe, expect, it } from 'vitest'
import { checkLabel, labelOverhead, writeLabel } from '../../src/wire/label.ts'

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1')
const check = (packet: string, label: string, skipInboundLabelCheck = false): number | string => {
  const content = bytes(packet)
  return checkLabel(content, 0, content.length, { label: bytes(label), skipInboundLabelCheck })
}

describe('a label', () => {
  it('is written as f4, its length, itself', () => {
    const target = new Uint8Array(8)
    expect(writeLabel(bytes('abc'), target, 1)).toBe(6)
    expect(Buffer.from(target).toString('hex')).toBe('00f4036162630000')
    expect(labelOverhead(bytes('abc'))).toBe(5)
    expect(labelOverhead(bytes(''))).toBe(0)
  })

  it("of more than 255 bytes is the caller's bug", () => {
    expect(() => writeLabel(new Uint8Array(256), new Uint8Array(300), 0)).toThrow(RangeError)
  })

  it('comes off when it is ours', () => {
    expect(check('\xf4\x03abcrest', 'abc')).toBe(5)
    expect(check('\xf4\x03abc', 'abc')).toBe(5)
    expect(check('\x00rest', '')).toBe(0)
  })

  it('may have 255 bytes, and be any bytes', () => {
    const label = '\xff'.repeat(255)
    expect(check(`\xf4\xff${label}x`, label)).toBe(257)
  })

  it.each([
    ['\x00rest', 'abc', 'label-missing'],
    ['\xf4\x03abcrest', '', 'label-unexpected'],
    ['\xf4\x03abdrest', 'abc', 'label-mismatch'],
    ['\xf4\x02abrest', 'abc', 'label-mismatch'],
    ['\xf4\x04abcrest', 'abc', 'label-mismatch'],
    ['\xf4\x00', 'abc', 'label-malformed'],
    ['\xf4\x00', '', 'label-malformed'],
    ['\xf4', 'abc', 'truncated'],
    ['\xf4\x03ab', 'abc', 'truncated'],
    ['\xf4\x03ab', '', 'truncated'],
    ['', 'abc', 'empty'],
    ['', '', 'empty'],
  ])('is refused: %j where %j is expected', (packet, label, reason) => {
    expect(check(packet, label)).toBe(reason)
  })

  it('is implied, and may not be there, where somebody in front takes it off', () => {
    expect(check('\x00rest', 'abc', true)).toBe(0)
    expect(check('\x00rest', '', true)).toBe(0)
    expect(check('\xf4\x03abcrest', 'abc', true)).toBe('label-unexpected')
    expect(check('\xf4\x03abcrest', '', true)).toBe('label-unexpected')
    expect(check('\xf4\x00', 'abc', true)).toBe('label-malformed')
  })
})
