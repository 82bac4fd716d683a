import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { run } from '../commands/run.ts'
import { fakeSurroundings } from '../fakes/fake-surroundings.ts'

const capture = fileURLToPath(
  new URL('../../../memberlist/test/fixtures/capture.pcap', import.meta.url),
)
const ping = '0082a44e6f6465a16ba55365714e6f01'
const inspectedPing = {
  channel: 'packet',
  layers: [],
  messages: [{ type: 'ping', SeqNo: 1, Node: 'k', SourceAddr: '', SourcePort: 0, SourceNode: '' }],
}

const lines = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as object)

describe('hearsay inspect', () => {
  let directory = ''
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'hearsay-'))
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  const fileOf = (content: string) => {
    const path = join(directory, 'input')
    writeFileSync(path, content)
    return path
  }

  test('shows hexadecimal digits, an object for each input', async () => {
    const spaced = ping.replace(/(..)/g, '$1 ')
    const { exitCode, stdout } = await run(['inspect', ping, spaced, `0x${ping.toUpperCase()}`])
    expect(exitCode).toBe(0)
    expect(lines(stdout)).toEqual([inspectedPing, inspectedPing, inspectedPing])
  })

  test('reads lines of a file or of stdin, hexadecimal or JSON', async () => {
    const text = `${ping}\n\n{"hex": "${ping}", "more": "is ignored"}\n`
    const fromFile = await run(['inspect', fileOf(text)])
    const fromStdin = await run(['inspect'], fakeSurroundings({ stdin: text }))
    const asked = await run(['inspect', '-'], fakeSurroundings({ stdin: text }))
    for (const { exitCode, stdout } of [fromFile, fromStdin, asked]) {
      expect(exitCode).toBe(0)
      expect(lines(stdout)).toEqual([inspectedPing, inspectedPing])
    }
  })

  test('lets the channel, key and label of a line count, not those of the flags', async () => {
    const stream = '0683a44a6f696ec2a54e6f64657300ac5573657253746174654c656e00'
    const text = `{"hex": "${stream}", "channel": "stream-request"}\n${ping}\n`
    const { stdout } = await run(['inspect', fileOf(text)])
    expect(lines(stdout)).toMatchObject([
      { channel: 'stream-request', messages: [{ type: 'pushPull', Join: false, Nodes: [] }] },
      { channel: 'packet' },
    ])
    const flagged = await run(['inspect', '--channel', 'stream-reply', stream])
    expect(lines(flagged.stdout)).toMatchObject([{ channel: 'stream-reply' }])
  })

  test('takes null and the empty text in a line for what is not there', async () => {
    const texts = [
      { hex: ping, channel: null, key: null, label: null },
      { hex: ping, key: '', label: '' },
      { hex: ping, key: [] },
    ].map((line) => JSON.stringify(line))
    const { exitCode, stdout } = await run(['inspect', fileOf(texts.join('\n'))])
    expect(exitCode).toBe(0)
    expect(lines(stdout)).toEqual([inspectedPing, inspectedPing, inspectedPing])
  })

  test('reads a capture, and says when and between whom', async () => {
    const { exitCode, stdout } = await run(['inspect', capture])
    expect(exitCode).toBe(0)
    const inputs = lines(stdout)
    expect(inputs.length).toBeGreaterThan(20)
    expect(inputs[0]).toMatchObject({
      channel: 'stream-request',
      messages: [{ type: 'pushPull', Join: true }],
      source: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string,
      time: expect.stringMatching(/^2026-/) as string,
    })
    const port = await run(['inspect', '--only-port', '9', capture])
    expect(port.stdout).toBe('')
  })

  test('ends with 1 when anything did not decode, after showing all', async () => {
    const { exitCode, stdout } = await run(['inspect', ping.slice(0, 12), ping])
    expect(exitCode).toBe(1)
    expect(lines(stdout)).toEqual([
      {
        channel: 'packet',
        layers: [],
        messages: [{ type: 'error', reason: 'truncated', offset: 3 }],
      },
      inspectedPing,
    ])
  })

  test('is readable on a terminal', async () => {
    const surroundings = fakeSurroundings({
      terminal: { columns: 80, rows: 24 },
      environment: { NO_COLOR: '1' },
    })
    const { stdout } = await run(['inspect', ping, 'ff'], surroundings)
    expect(stdout).toBe(
      [
        '1  packet, 16 bytes',
        '   ping  SeqNo=1 Node="k" SourceAddr="" SourcePort=0 SourceNode=""',
        '2  packet, 1 bytes',
        '   error  unknown-type at byte 0',
        '',
      ].join('\n'),
    )
  })

  test('is one JSON array when that is asked for', async () => {
    const { stdout } = await run(['inspect', ping, '-o', 'json'])
    expect(JSON.parse(stdout)).toEqual([inspectedPing])
  })

  test.each<[string[], string | undefined, string]>([
    [['no such thing'], undefined, '"no such thing" is neither hexadecimal digits'],
    [['abc'], undefined, '"abc" is neither hexadecimal digits'],
    [[], undefined, 'No input is given'],
    [['-'], 'zz', 'stdin, line 1 is not hexadecimal'],
    [['-'], '\n{"hex": 5}', 'stdin, line 2 is not what is taken: hex:'],
    [['-'], '{"hex": "00", "channel": "x"}', 'channel:'],
    [['-'], '{"hex": "00", "key": "AAAA"}', 'key is a key of 3 bytes; it takes 16, 24 or 32'],
    [['-'], '{', 'stdin, line 1 is not JSON'],
    [['--channel', 'udp', ping], undefined, '--channel got "udp"; it takes one of packet'],
  ])('refuses %j with %j', async (words, stdin, message) => {
    const surroundings = fakeSurroundings(stdin === undefined ? {} : { stdin })
    const { exitCode, failure } = await run(['inspect', ...words], surroundings)
    expect(exitCode).toBe(2)
    expect(failure?.message).toContain(message)
  })
})
