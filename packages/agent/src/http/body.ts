import { HttpProblem } from './problem.ts'

/** Reads a request's body; never holds more than the limit of it. */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  const announced = Number(request.headers.get('content-length') ?? '0')
  if (announced > maxBytes) throw tooLarge(maxBytes)
  const chunks: Uint8Array[] = []
  let length = 0
  const body: AsyncIterable<Uint8Array> | null = request.body
  if (body === null) return new Uint8Array(0)
  for await (const chunk of body) {
    length += chunk.length
    if (length > maxBytes) throw tooLarge(maxBytes)
    chunks.push(chunk)
  }
  return Uint8Array.from(Buffer.concat(chunks, length))
}

export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new HttpProblem(400, 'ERR_BODY', `The body is not JSON: ${why}.`, {
      hint: 'GET /openapi.json describes what each call takes.',
    })
  }
}

function tooLarge(maxBytes: number): HttpProblem {
  return new HttpProblem(413, 'ERR_TOO_LARGE', `The body is over the limit of ${maxBytes} bytes.`, {
    hint: 'Send less, or in parts.',
    // The rest of the body is not read, so the connection cannot be used again.
    headers: { connection: 'close' },
  })
}
