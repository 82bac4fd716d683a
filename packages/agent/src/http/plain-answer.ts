import type { ServerResponse } from 'node:http'

/** An answer before it is written: as a Response, or straight to Node's. */
export interface PlainAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string
}

export function responseOf({ status, headers, body }: PlainAnswer): Response {
  // The bytes are ours: they never lie in shared memory, which a Response does not take.
  return new Response((body as Uint8Array<ArrayBuffer> | string | undefined) ?? null, {
    status,
    headers,
  })
}

/** What every answer says: a type that we give is not to be guessed anew. */
export const constantHeaders = { 'x-content-type-options': 'nosniff' }

/** Writes it straight to Node's response, with a length, so that it does not go in chunks. */
export function write(
  outgoing: ServerResponse,
  { status, headers, body = '' }: PlainAnswer,
  more: Readonly<Record<string, string>> = {},
): void {
  const length = status === 304 ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  outgoing.writeHead(status, { ...headers, ...more, ...constantHeaders, ...length })
  outgoing.end(body)
}
