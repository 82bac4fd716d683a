// A generator of HTTP requests that costs less than what it measures: raw sockets, requests as
// bytes made beforehand, answers looked at only for where they end and what their status is.
import { connect } from 'node:net'

/**
 * Sends all requests over so many connections, `depth` of them under way on each, and calls
 * `answered(index, status)` for each. A connection that the server closes is opened anew; what was under
 * way on one that breaks has the status 0.
 */
export async function sendAll(port, requests, { connections, depth, answered }) {
  let next = 0
  const take = () => (next < requests.length ? next++ : undefined)
  const began = performance.now()
  const driveOn = async () => {
    while (next < requests.length) await drive(port, requests, take, depth, answered)
  }
  await Promise.all(Array.from({ length: connections }, driveOn))
  return (performance.now() - began) / 1e3
}

function drive(port, requests, take, depth, answered) {
  return new Promise((resolve) => {
    const underWay = []
    let rest = Buffer.alloc(0)
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    let isClosing = false
    const fill = () => {
      if (isClosing) return
      const batch = []
      while (underWay.length < depth) {
        const index = take()
        if (index === undefined) break
        underWay.push(index)
        batch.push(requests[index])
      }
      if (batch.length > 0) socket.write(batch.length === 1 ? batch[0] : Buffer.concat(batch))
      else if (underWay.length === 0) socket.end()
    }
    socket.on('connect', fill)
    socket.on('data', (chunk) => {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      for (let answer = firstOf(rest); answer !== undefined; answer = firstOf(rest)) {
        answered(underWay.shift(), answer.status)
        isClosing ||= answer.isLast
        rest = rest.subarray(answer.end)
      }
      fill()
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      for (const index of underWay.splice(0)) answered(index, 0)
      resolve()
    })
  })
}

const HEAD_END = Buffer.from('\r\n\r\n')

/** The first answer, and where it ends; undefined while it is not all here. */
function firstOf(bytes) {
  const headEnd = bytes.indexOf(HEAD_END)
  if (headEnd < 0) return undefined
  const head = bytes.toString('latin1', 0, headEnd)
  const end = headEnd + 4 + Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0)
  if (bytes.length < end) return undefined
  const isLast = /\r\nconnection: *close/i.test(head)
  return { status: Number(head.slice(9, 12)), isLast, end }
}

export function get(path) {
  return Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`)
}

export function put(path, body) {
  const head = `PUT ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${body.length}\r\n\r\n`
  return Buffer.concat([Buffer.from(head), body])
}
