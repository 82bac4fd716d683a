import { type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { systemCode } from '../agent/private-file.ts'
import { constantHeaders } from './plain-answer.ts'
import { HttpProblem, problemAnswer } from './problem.ts'

/** What Node's parser refused, or waited for in vain: told as any other failure, then cut off. */
export class Unreadable {
  /** The last answer that was begun on a connection, with which this one must not be mixed. */
  readonly #latest = new WeakMap<Duplex, ServerResponse>()

  began(socket: Duplex, outgoing: ServerResponse): void {
    this.#latest.set(socket, outgoing)
  }

  answer(error: Error, socket: Duplex): void {
    const latest = this.#latest.get(socket)
    const isMidway = latest?.headersSent === true && !latest.writableEnded
    if (!socket.writable || isMidway) socket.destroy()
    else socket.end(responseText(problemFor(systemCode(error))), () => socket.destroy())
  }
}

function problemFor(code: string | undefined): HttpProblem {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new HttpProblem(408, 'ERR_TIMEOUT', 'The request was not complete in time.', {
        hint: 'Send it again, faster. Nothing was changed.',
      })
    case 'HPE_HEADER_OVERFLOW':
      return new HttpProblem(431, 'ERR_TOO_LARGE', 'The headers of the request are too large.', {
        hint: 'Send fewer or shorter headers, and a shorter URL.',
      })
    case 'HPE_INVALID_URL':
      return new HttpProblem(400, 'ERR_REQUEST', 'The URL holds characters that none may hold.', {
        hint: 'Percent-encode what is not ASCII; curl does it with -G --data-urlencode key=…',
      })
    default:
      return new HttpProblem(400, 'ERR_REQUEST', 'What came is no HTTP request.', {
        hint: 'Speak HTTP/1.1, without TLS, to this port.',
      })
  }
}

function responseText(problem: HttpProblem): string {
  const { status, headers, body } = problemAnswer(problem)
  const text = String(body)
  const all = {
    ...headers,
    ...constantHeaders,
    connection: 'close',
    'content-length': String(Buffer.byteLength(text)),
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', text].join('\r\n')
}
