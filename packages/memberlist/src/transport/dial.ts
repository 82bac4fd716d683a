import { connect, type Socket } from 'node:net'
import { MemberlistError } from '../errors.ts'
import { abortedError, systemCode } from './aborted.ts'
import { canonicalHost, endpointText } from './address.ts'
import type { DialOptions, Endpoint } from './transport.ts'

/**
 * Connects a socket within the time given. Whatever ends the attempt, nothing of it stays: no
 * socket, no timer, no listener on the signal.
 * @param closing what is called, with the reason, when the transport is closed meanwhile
 * @param adopt takes the connected socket over, at once, so that no event of it goes unheard
 * @throws MemberlistError ERR_UNREACHABLE, ERR_TIMEOUT, ERR_ABORTED, ERR_CLOSED, ERR_ADDRESS
 */
export function dialSocket<Stream>(
  to: Endpoint,
  { timeoutMs, signal }: DialOptions,
  closing: Set<(error: MemberlistError) => void>,
  adopt: (socket: Socket) => Stream,
): Promise<Stream> {
  const where = endpointText(to.host, to.port)
  if (signal?.aborted) return Promise.reject(abortedError(signal, `Dialling ${where}`))
  if (!isDialable(to)) return Promise.reject(addressError(to))
  return new Promise((resolve, reject) => {
    const socket = connect({ host: to.host, port: to.port, allowHalfOpen: true, noDelay: true })
    const settle = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', aborted)
      closing.delete(fail)
      socket.removeListener('error', refused)
      socket.removeListener('connect', connected)
    }
    const fail = (error: MemberlistError) => {
      settle()
      // A refusal that is already on its way must not become an unheard 'error' event.
      socket.on('error', () => undefined)
      socket.destroy()
      reject(error)
    }
    const refused = (cause: Error) => fail(unreachableError(to, systemCode(cause), cause))
    const aborted = () => {
      if (signal !== undefined) fail(abortedError(signal, `Dialling ${where}`))
    }
    const connected = () => {
      if (isConnectedToItself(socket)) {
        fail(unreachableError(to, 'ECONNREFUSED', undefined))
        return
      }
      settle()
      resolve(adopt(socket))
    }
    const timer = setTimeout(() => fail(timeoutError(to, timeoutMs)), timeoutMs)
    signal?.addEventListener('abort', aborted)
    closing.add(fail)
    socket.on('error', refused)
    socket.on('connect', connected)
  })
}

/**
 * TCP lets a socket connect to its own port when nobody listens there and the system happens to
 * give it that one: the peer of old, restarted, would find its port taken by our echo.
 */
export function isConnectedToItself(socket: Socket): boolean {
  return socket.localPort === socket.remotePort && socket.localAddress === socket.remoteAddress
}

export function isDialable({ host, port }: Endpoint): boolean {
  return Number.isInteger(port) && port > 0 && port < 65_536 && canonicalHost(host) !== undefined
}

export function addressError({ host, port }: Endpoint): MemberlistError {
  return new MemberlistError(
    'ERR_ADDRESS',
    `"${host}" port ${port} cannot be dialled; it takes an IP address and a port from 1 to 65535.`,
    { data: { host, port } },
  )
}

export function timeoutError({ host, port }: Endpoint, timeoutMs: number): MemberlistError {
  return new MemberlistError(
    'ERR_TIMEOUT',
    `${endpointText(host, port)} did not take a connection within ${timeoutMs} ms.`,
    { data: { host, port, timeoutMs } },
  )
}

export function unreachableError(
  { host, port }: Endpoint,
  reason: string,
  cause: Error | undefined,
): MemberlistError {
  const where = endpointText(host, port)
  const message =
    reason === 'ECONNREFUSED'
      ? `Nobody listens on ${where}.`
      : `${where} cannot be connected to: ${reason}.`
  return new MemberlistError('ERR_UNREACHABLE', message, { data: { host, port, reason }, cause })
}

/** What everything on a transport fails with once that is closed. */
export function closedError(doing: string): MemberlistError {
  return new MemberlistError('ERR_CLOSED', `${doing}: this member's transport is closed.`)
}
