import type { ServerResponse } from 'node:http'

/** An answer before it is written: as a Response, or straight to Node's. */
export interface PlainAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string
}

export function responseOf({ status, headers, body = '' }: PlainAnswer): Response {
  const length = status === 304 ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  // The bytes are ours: they never lie in shared memory, which a Response does not take.
  const given = body.length === 0 ? null : (body as Uint8Array<ArrayBuffer> | string)
  return new Response(given, { status, headers: { ...headers, ...length } })
}

/** What every answer says: the type is not to be guessed anew, and no page elsewhere embeds it. */
export const constantHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
}

/** Bodies up to this go in one piece with the head: one write, where bytes would make two. */
const maxJoinedBytes = 16_384

/** Writes it straight to Node's response, with a length, so that it does not go in chunks. */
export function write(
  outgoing: ServerResponse,
  { status, headers, body = '' }: PlainAnswer,
  more: Readonly<Record<string, string>> = {},
): void {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  const all: string[] = []
  for (const part of [headers, more, constantHeaders]) {
    for (const name in part) all.push(name, part[name] ?? '')
  }
  if (status !== 304) all.push('content-length', String(bytes.length))
  outgoing.writeHead(status, all)
  if (bytes.length > maxJoinedBytes) outgoing.end(bytes)
  else outgoing.end(latin1(bytes), 'latin1')
}

/** As many characters as bytes, which go out as the same bytes. */
function latin1({ buffer, byteLength, byteOffset }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1')
}
