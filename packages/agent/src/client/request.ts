import { type ClientRequest, type IncomingMessage, request as overHttp } from 'node:http'
import { request as overHttps } from 'node:https'
import { systemCode } from '../agent/private-file.ts'
import { CommandFailure, exitCodes } from '../failure.ts'

export interface RequestOptions {
  readonly method: string
  readonly url: string
  readonly token: string | undefined
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | undefined
  /** How many bytes of the body went out, as they go. */
  readonly onSent?: ((bytes: number) => void) | undefined
  /** Time for the answer to begin, from the last bytes of the body on that went out. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/**
 * One request to an agent. Not `fetch`: that refuses a list of ports which an agent may well use.
 * @throws CommandFailure with exit code 3 when there is no answer
 */
export function request(options: RequestOptions): Promise<IncomingMessage> {
  const { method, url, token, body, onSent, timeoutMs, signal } = options
  return new Promise((resolve, reject) => {
    const open = url.startsWith('https:') ? overHttps : overHttp
    const headers: Record<string, string | number> = { accept: '*/*', ...options.headers }
    if (token !== undefined) headers['authorization'] = `Bearer ${token}`
    if (body !== undefined) headers['content-length'] = body.length
    const outgoing = open(url, { method, headers, signal, agent: false })
    const timer = setTimeout(() => {
      outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`))
    }, timeoutMs)
    outgoing.once('response', (incoming) => {
      clearTimeout(timer)
      resolve(incoming)
    })
    outgoing.once('error', (error) => {
      clearTimeout(timer)
      reject(signal.aborted ? error : unreachable(url, error))
    })
    if (body === undefined || onSent === undefined) outgoing.end(body)
    else {
      sendInParts(outgoing, body, (bytes) => {
        timer.refresh()
        onSent(bytes)
      })
    }
  })
}

const partBytes = 65_536

function sendInParts(outgoing: ClientRequest, body: Uint8Array, sent: (bytes: number) => void) {
  let offset = 0
  const go = () => {
    while (offset < body.length) {
      const part = body.subarray(offset, offset + partBytes)
      offset += part.length
      const isTaken = outgoing.write(part)
      sent(offset)
      if (isTaken) continue
      outgoing.once('drain', go)
      return
    }
    outgoing.end()
  }
  go()
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  ENOTFOUND: 'the name does not resolve',
  EAI_AGAIN: 'the name does not resolve now',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no route to it',
  ETIMEDOUT: 'the connection timed out',
}

export function unreachable(url: string, error: Error): CommandFailure {
  const { origin } = new URL(url)
  const why = reasons[systemCode(error) ?? ''] ?? error.message
  return new CommandFailure(
    exitCodes.unreachable,
    'ERR_UNREACHABLE',
    `No agent answers at ${origin}: ${why}.`,
    'Start one with `hearsay agent`, or name another with --http.',
  )
}
