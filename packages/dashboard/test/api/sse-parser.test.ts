import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type SseMessage, SseParser } from '../../src/api/sse-parser.ts'

function parse(...pieces: string[]) {
  const messages: SseMessage[] = []
  const parser = new SseParser((message) => messages.push(message))
  for (const piece of pieces) parser.push(piece)
  return { parser, messages }
}

describe('a stream of server-sent events', () => {
  it('gives the data of each event', () => {
    const { messages } = parse('data: one\n\ndata:two\n\n')
    expect(messages).toEqual([
      { type: 'message', data: 'one' },
      { type: 'message', data: 'two' },
    ])
  })

  it('joins lines of data, and keeps a second space', () => {
    expect(parse('data: a\ndata:  b\ndata\n\n').messages).toEqual([
      { type: 'message', data: 'a\n b\n' },
    ])
  })

  it('keeps the last id and the time to wait, and passes over comments and unknown fields', () => {
    const { parser, messages } = parse(': hello\nretry: 1500\nid: x-1\nfoo: bar\n\n')
    expect(messages).toEqual([])
    expect(parser.lastId).toBe('x-1')
    expect(parser.retryMs).toBe(1_500)
  })

  it('takes no id with a zero in it, and no time that is no number', () => {
    const { parser } = parse('id: a\nid: b\0\nretry: soon\n\n')
    expect(parser.lastId).toBe('a')
    expect(parser.retryMs).toBeUndefined()
  })

  it('names the event, for that event alone', () => {
    expect(parse('event: spread\ndata: 1\n\ndata: 2\n\n').messages.map(({ type }) => type)).toEqual(
      ['spread', 'message'],
    )
  })

  it('drops what is not ended by an empty line', () => {
    expect(parse('data: cut off\n').messages).toEqual([])
  })

  it('takes a mark of the byte order at the beginning alone', () => {
    expect(parse('\uFEFFdata: a\n\n', '\uFEFFdata: b\n\n').messages).toHaveLength(1)
  })

  it('gives up a line that has no end', () => {
    const { parser } = parse()
    const piece = 'x'.repeat(8_000_000)
    expect(() => {
      for (let round = 0; round < 5; round++) parser.push(piece)
    }).toThrow(RangeError)
  })

  it('is the same however it is cut, with any line ending', () => {
    const text = ['id: 1', 'data: ä€𐍈', '', 'event: b', 'data: x', 'data: y', '', ': c', '', '']
    fc.assert(
      fc.property(
        fc.constantFrom('\n', '\r', '\r\n'),
        fc.array(fc.nat(60), { maxLength: 8 }),
        (ending, cuts) => {
          // A lone return at the very end may be the half of a pair: what follows decides.
          const whole = `${text.join(ending)}: end\n`
          const at = [0, ...cuts.map((cut) => Math.min(cut, whole.length)), whole.length].sort(
            (a, b) => a - b,
          )
          const pieces = at.slice(1).map((end, index) => whole.slice(at[index], end))
          expect(parse(...pieces).messages).toEqual([
            { type: 'message', data: 'ä€𐍈' },
            { type: 'b', data: 'x\ny' },
          ])
        },
      ),
    )
  })
})
