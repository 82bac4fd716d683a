import type { IncomingHttpHeaders } from 'node:http'
import { bytesJson } from '../agent/member-json.ts'
import { clientFlags } from '../configuration/common-flags.ts'
import { exitCodes } from '../failure.ts'
import { printable } from '../output/printable.ts'
import { clientOf, command, outputOf } from './command.ts'
import { keyOperand, keyPath } from './kv-key.ts'

export const kvGetCommand = command({
  description:
    'Byte for byte, with nothing added; on a terminal what it would obey is shown as an escape. With -o json or ndjson: the value with its version, and where and when it was written.',
  operands: [keyOperand],
  flags: clientFlags,
  examples: [
    ['hearsay kv get config/web > web.json', 'the bytes as they were put'],
    ['hearsay kv get config/web -o json', 'with version and origin, for a script'],
  ],
  run: async (invocation) => {
    const [key = ''] = invocation.operands
    const client = clientOf(invocation)
    const incoming = await client.open({ path: keyPath(key) })
    const value = await client.read(incoming)
    const output = outputOf(invocation)
    const { output: asked } = invocation.values
    if (asked !== undefined && asked !== 'table') {
      output.answer({ key, ...aboutValue(incoming.headers), value: bytesJson(value) }, [])
    } else if (output.isTerminal) output.lines(value.toString('utf8').split('\n').map(printable))
    else output.bytes(value)
    return exitCodes.done
  },
})

function aboutValue(headers: IncomingHttpHeaders) {
  const text = (name: string) => String(headers[name] ?? '')
  return {
    version: text('etag').replace(/^"|"$/g, ''),
    origin: decodeURIComponent(text('hearsay-origin')),
    modifiedAt: text('hearsay-modified-at'),
    ...('hearsay-expires-at' in headers && { expiresAt: text('hearsay-expires-at') }),
  }
}
