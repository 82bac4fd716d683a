import { z } from 'zod'
import { version } from '../version.ts'
import type { Answer, Route } from './route.ts'
import * as schemas from './schemas.ts'

type Json = Record<string, unknown>

const requests = {
  JoinRequest: schemas.joinRequestSchema,
  KeyRequest: schemas.keyRequestSchema,
}
const answers = {
  Accepted: schemas.acceptedSchema,
  Broadcast: schemas.broadcastSchema,
  Bytes: schemas.bytesSchema,
  Config: schemas.configSchema,
  Event: schemas.eventSchema,
  Health: schemas.healthSchema,
  Joined: schemas.joinedSchema,
  Keys: schemas.keysSchema,
  Left: schemas.leftSchema,
  Member: schemas.memberSchema,
  Members: schemas.membersSchema,
  Ping: schemas.pingSchema,
  Problem: schemas.problemSchema,
  Stats: schemas.statsSchema,
}
const nameOf = new Map<unknown, string>(
  Object.entries({ ...requests, ...answers }).map(([name, schema]) => [schema, name]),
)

/** The OpenAPI 3.1 document, made of the schemas that check the requests. */
export function openApiDocument(routes: readonly Route[], hasToken: boolean): Json {
  const paths: Record<string, Json> = {}
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operation(route, hasToken) }
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
  const status = String(route.answer.status ?? 200)
  return {
    summary: route.summary,
    operationId: operationId(route),
    ...(hasToken && { security: route.open === true ? [] : [{ token: [] }] }),
    parameters: [...pathParameters(route.path), ...queryParameters(route.query)],
    ...(route.body !== undefined && { requestBody: requestBody(route.body) }),
    responses: {
      [status]: { description: route.answer.description, content: content(route.answer) },
      default: {
        description: 'What went wrong, and what to do',
        content: { 'application/problem+json': { schema: reference(schemas.problemSchema) } },
      },
    },
  }
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
  return { [contentType]: { schema: json === undefined ? { type: 'string' } : reference(json) } }
}

function requestBody(body: NonNullable<Route['body']>): Json {
  const content =
    'json' in body
      ? { 'application/json': { schema: reference(body.json) } }
      : { 'application/octet-stream': { schema: { type: 'string', maxLength: body.maxBytes } } }
  return { required: true, content }
}

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => {
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
