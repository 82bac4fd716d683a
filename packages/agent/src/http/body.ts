import { HttpProblem } from './problem.ts'

/** Bodies that are held at a time, of all requests together; further requests are refused. */
const maxHeldBytes = 134_217_728
let heldBytes = 0

/** A body in memory, which counts until it is released. */
export interface HeldBody {
  readonly bytes: Uint8Array
  readonly release: () => void
}

/**
 * Reads a request's body; never holds more than the limit of it, nor of all bodies together more
 * than theirs. What is announced as too large is refused before any of it is read.
 */
export async function readBody(request: Request, maxBytes: number): Promise<HeldBody> {
  const announced = Number(request.headers.get('content-length') ?? '0')
  if (announced > maxBytes) throw tooLarge(maxBytes)
  const chunks: Uint8Array[] = []
  let length = 0
  const release = () => {
    heldBytes -= length
    length = 0
  }
  try {
    const body: AsyncIterable<Uint8Array> = request.body ?? none()
    for await (const chunk of body) {
      length += chunk.length
      heldBytes += chunk.length
      if (length > maxBytes) throw tooLarge(maxBytes)
      if (heldBytes > maxHeldBytes) throw tooMuch()
      chunks.push(chunk)
    }
  } catch (error) {
    release()
    throw error instanceof HttpProblem ? error : brokenOff()
  }
  return { bytes: joined(chunks, length), release }
}

async function* none(): AsyncGenerator<Uint8Array> {}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.length
  }
  return bytes
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

function tooMuch(): HttpProblem {
  const text = `Bodies of ${maxHeldBytes} bytes are being received already.`
  return new HttpProblem(503, 'ERR_OVERLOAD', text, {
    hint: 'Try again later, or send less at a time.',
    headers: { connection: 'close', 'retry-after': '1' },
  })
}

/** Nobody may be there to be told, and it is no fault of ours that the log should have. */
function brokenOff(): HttpProblem {
  return new HttpProblem(400, 'ERR_BODY', 'The body ended before it was complete.', {
    hint: 'Send it again. Nothing was changed.',
  })
}
