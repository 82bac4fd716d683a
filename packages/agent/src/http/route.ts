import { textFromBytes } from '@hearsay/memberlist/internal'
import type { z } from 'zod'
import { type HeldBody, parseJson, readBody } from './body.ts'
import { HttpProblem } from './problem.ts'

/** One call of the API: what documents it, what checks its input, and what answers it. */
export interface RouteDefinition<Query extends z.ZodType, Body extends z.ZodType> {
  readonly method: 'get' | 'put' | 'post' | 'delete'
  /** OpenAPI's form: `/v1/members/{name}`; the last part of `/v1/kv/{key...}` takes slashes, too. */
  readonly path: string
  readonly summary: string
  /** Answered without a token. */
  readonly open?: boolean
  /** A GET that changes something, which HEAD and what browsers fetch unasked must not. */
  readonly writes?: boolean
  readonly query?: Query
  /** The body as JSON of that shape, or as bytes. */
  readonly body?: { readonly json: Body } | { readonly maxBytes: number }
  readonly answer: Answer
  /** What else it answers with that is no failure: another status or another type. */
  readonly otherAnswers?: readonly Answer[]
  /** Failures that callers should be ready for, by status, beyond those of every call. */
  readonly problems?: Readonly<Record<number, string>>
  readonly handle: (input: RouteInput<z.output<Query>, z.output<Body>>) => unknown
}

/** What a call answers with when it succeeds. */
export interface Answer {
  readonly status?: number
  readonly description: string
  /** The shape of a JSON answer. */
  readonly json?: z.ZodType
  /** The type of any other answer, which the handler then gives as a Response; null: no body. */
  readonly contentType?: string | null
}

export interface RouteInput<Query, Body> {
  readonly request: Request
  /** Parts of the path in braces, decoded as names of members are. */
  readonly parameters: Readonly<Record<string, string>>
  readonly query: Query
  readonly json: Body
  readonly bytes: Uint8Array
}

export interface Route extends RouteDefinition<z.ZodType, z.ZodType> {
  readonly run: (request: Request) => Promise<Response>
}

/** JSON bodies are small: addresses, keys. */
const maxJsonBytes = 65_536

const noBody: HeldBody = { bytes: new Uint8Array(0), release: () => {} }

/** Ties a call's schemas to the types that its handler sees. */
export function route<Query extends z.ZodType, Body extends z.ZodType>(
  definition: RouteDefinition<Query, Body>,
): Route {
  const run = async (request: Request): Promise<Response> => {
    const url = new URL(request.url)
    const { query, body, answer } = definition
    const limit = body === undefined ? 0 : 'json' in body ? maxJsonBytes : body.maxBytes
    const parameters = pathParameters(definition.path, url.pathname)
    const checkedQuery = checkQuery(query, url) as z.output<Query>
    const held = body === undefined ? noBody : await readBody(request, limit)
    try {
      const { bytes } = held
      const json = (
        body !== undefined && 'json' in body
          ? check(body.json, parseJson(bytes), 'The body')
          : undefined
      ) as z.output<Body>
      const input = { request, parameters, query: checkedQuery, json, bytes }
      const result = await definition.handle(input)
      if (result instanceof Response) return result
      return jsonResponse(result, answer.status ?? 200)
    } finally {
      held.release()
    }
  }
  return { ...(definition as unknown as RouteDefinition<z.ZodType, z.ZodType>), run }
}

export function jsonResponse(value: unknown, status = 200): Response {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }
  return new Response(`${JSON.stringify(value)}\n`, { status, headers })
}

function checkQuery(schema: z.ZodType | undefined, url: URL): unknown {
  const given = Object.fromEntries(url.searchParams)
  if (schema !== undefined) return check(schema, given, 'The query')
  const [unknown] = Object.keys(given)
  if (unknown === undefined) return {}
  throw new HttpProblem(
    400,
    'ERR_QUERY',
    `The parameter "${unknown}" is not known; this call takes none.`,
    { hint: 'GET /openapi.json describes what each call takes.' },
  )
}

function check(schema: z.ZodType, value: unknown, what: string): unknown {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issues = result.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  )
  const code = what === 'The query' ? 'ERR_QUERY' : 'ERR_BODY'
  throw new HttpProblem(400, code, `${what} is not what this call takes: ${issues.join('; ')}.`, {
    hint: 'GET /openapi.json describes what each call takes.',
  })
}

function pathParameters(template: string, path: string): Record<string, string> {
  const parts = path.split('/')
  const parameters: Record<string, string> = {}
  template.split('/').forEach((part, index) => {
    const [, name, takesRest] = /^\{(\w+)(\.\.\.)?\}$/.exec(part) ?? []
    if (name === undefined) return
    const given = takesRest === undefined ? (parts[index] ?? '') : parts.slice(index).join('/')
    parameters[name] = decodePart(given)
  })
  return parameters
}

/** Percent signs stand for bytes; the bytes are read as names of members are, UTF-8 or not. */
export function decodePart(part: string): string {
  if (!part.includes('%')) return part
  const bytes = Buffer.from(part, 'utf8')
  const decoded: number[] = []
  for (let index = 0; index < bytes.length; index++) {
    const hex = bytes[index] === 0x25 ? bytes.toString('latin1', index + 1, index + 3) : ''
    const isEscape = /^[0-9a-f]{2}$/i.test(hex)
    decoded.push(isEscape ? Number.parseInt(hex, 16) : (bytes[index] ?? 0))
    if (isEscape) index += 2
  }
  return textFromBytes(Uint8Array.from(decoded))
}
