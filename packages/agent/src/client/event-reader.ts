import type { IncomingMessage } from 'node:http'

export interface ReceivedEvent {
  readonly id: string | undefined
  readonly data: string
}

/** One line of a stream may hold a message of 20 MiB in base64. */
const maxLineLength = 32 * 1_048_576

/** The events of a server-sent event stream, as they come. Ends when the stream ends. */
export async function* readEvents(incoming: IncomingMessage): AsyncGenerator<ReceivedEvent> {
  let rest = ''
  let id: string | undefined
  let data: string[] = []
  incoming.setEncoding('utf8')
  for await (const chunk of incoming) {
    const lines = (rest + String(chunk)).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > maxLineLength) throw new Error('A line of the event stream is too long.')
    for (const line of lines) {
      const [, field = '', value = ''] = /^([^:]*): ?(.*)$/s.exec(line) ?? [undefined, line, '']
      if (field === 'id') id = value
      else if (field === 'data') data.push(value)
      else if (line === '' && data.length > 0) {
        yield { id, data: data.join('\n') }
        data = []
      }
    }
  }
}
