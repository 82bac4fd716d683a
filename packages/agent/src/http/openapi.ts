import { z } from 'zod'
import { activitySchema, historySchema, spreadSchema } from '../live/schemas.ts'
import { version } from '../version.ts'
import type { Answer, Route } from './route.ts'
import { kvChangeSchema, kvListSchema, kvWrittenSchema } from './schemas/kv.ts'
import * as schemas from './schemas.ts'

type Json = Record<string, unknown>

const requests = {
  JoinRequest: schemas.joinRequestSchema,
  KeyRequest: schemas.keyRequestSchema,
}
const answers = {
  Accepted: schemas.acceptedSchema,
  Activity: activitySchema,
  Broadcast: schemas.broadcastSchema,
  Bytes: schemas.bytesSchema,
  Config: schemas.configSchema,
  Event: schemas.eventSchema,
  Health: schemas.healthSchema,
  History: historySchema,
  Joined: schemas.joinedSchema,
  Keys: schemas.keysSchema,
  KvChange: kvChangeSchema,
  KvList: kvListSchema,
  KvWritten: kvWrittenSchema,
  Left: schemas.leftSchema,
  Member: schemas.memberSchema,
  Members: schemas.membersSchema,
  Ping: schemas.pingSchema,
  Problem: schemas.problemSchema,
  Spread: spreadSchema,
  Stats: schemas.statsSchema,
}
const nameOf = new Map<unknown, string>(
  Object.entries({ ...requests, ...answers }).map(([name, schema]) => [schema, name]),
)

/** The OpenAPI 3.1 document, made of the schemas that check the requests. */
export function openApiDocument(routes: readonly Route[], hasToken: boolean): Json {
  const paths: Record<string, Json> = {}
  for (const route of routes) {
    const path = plainPath(route.path)
    paths[path] = { ...paths[path], [route.method]: operation(route, hasToken) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'hearsay',
      version,
      description: 'The HTTP API of a hearsay agent: a member of a memberlist cluster.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: { ...components(requests, false), ...components(answers, true) },
      ...(hasToken && { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } }),
    },
  }
}

/** Answers may gain fields in later versions, so that readers are not told to expect no others. */
function components(named: Readonly<Record<string, z.ZodType>>, mayGrow: boolean): Json {
  const registry = z.registry<{ id: string }>()
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id })
  const converted = z.toJSONSchema(registry, {
    uri: (id) => `#/components/schemas/${id}`,
    override: ({ jsonSchema }) => {
      if (mayGrow) delete jsonSchema.additionalProperties
    },
  })
  return Object.fromEntries(
    Object.entries(converted.schemas).map(([name, { $schema, $id, ...schema }]) => [name, schema]),
  )
}

function operation(route: Route, hasToken: boolean): Json {
  const { answer, otherAnswers = [], problems = {} } = route
  return {
    summary: route.summary,
    operationId: operationId(route),
    ...(hasToken && { security: route.open === true ? [] : [{ token: [] }] }),
    parameters: [...pathParameters(route.path), ...queryParameters(route.query)],
    ...(route.body !== undefined && { requestBody: requestBody(route.body) }),
    responses: {
      ...responses([answer, ...otherAnswers]),
      ...Object.fromEntries(
        Object.entries(problems).map(([status, text]) => [status, problemResponse(text)]),
      ),
      default: problemResponse('What went wrong, and what to do'),
    },
  }
}

/** One response for each status, with all its types. */
function responses(answers: readonly Answer[]): Json {
  const made: Record<string, { description: string; content?: Json }> = {}
  for (const answer of answers) {
    const status = String(answer.status ?? 200)
    const earlier = made[status]
    const description = [earlier?.description, answer.description].filter(Boolean).join('; or: ')
    const all = { ...earlier?.content, ...content(answer) }
    made[status] = { description, ...(Object.keys(all).length > 0 && { content: all }) }
  }
  return made
}

function problemResponse(description: string): Json {
  const schema = reference(schemas.problemSchema)
  return { description, content: { 'application/problem+json': { schema } } }
}

function operationId({ method, path }: Route): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '' && word !== 'v1')
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

function reference(schema: z.ZodType): Json {
  const name = nameOf.get(schema)
  if (name === undefined) throw new Error('A schema of the API has no name in the document.')
  return { $ref: `#/components/schemas/${name}` }
}

function content({ json, contentType = 'application/json' }: Answer): Json {
  if (contentType === null) return {}
  return { [contentType]: { schema: json === undefined ? { type: 'string' } : reference(json) } }
}

function requestBody(body: NonNullable<Route['body']>): Json {
  const content =
    'json' in body
      ? { 'application/json': { schema: reference(body.json) } }
      : { 'application/octet-stream': { schema: { type: 'string', maxLength: body.maxBytes } } }
  return { required: true, content }
}

/** OpenAPI has no form for a parameter that takes slashes; written as `%2F` they always pass. */
function plainPath(path: string): string {
  return path.replace('...}', '}')
}

function pathParameters(path: string): Json[] {
  return [...plainPath(path).matchAll(/\{([^}]+)\}/g)].map(([, name]) => {
    return { name, in: 'path', required: true, schema: { type: 'string' } }
  })
}

function queryParameters(query: z.ZodType | undefined): Json[] {
  if (query === undefined) return []
  const { properties = {} } = z.toJSONSchema(query, { io: 'input' })
  return Object.entries(properties).map(([name, schema]) => {
    const { description, ...rest } = schema as Json
    return { name, in: 'query', schema: rest, ...(description !== undefined && { description }) }
  })
}
