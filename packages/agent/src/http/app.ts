import { Hono } from 'hono'
import type { Log } from '../agent/log.ts'
import type { Live } from '../live/live.ts'
import { liveRoutes } from '../live/routes.ts'
import { clusterRoutes } from './cluster-routes.ts'
import type { CrossOrigin } from './cors.ts'
import { exampleRoutes } from './example-routes.ts'
import { type Guard, headOf } from './guard.ts'
import { kvRoutes } from './kv-routes.ts'
import { memberRoutes } from './member-routes.ts'
import { openApiDocument } from './openapi.ts'
import { type OperatorParts, operatorRoutes } from './operator-routes.ts'
import { indexPage } from './page.ts'
import type { PageFiles } from './page-files.ts'
import { constantHeaders } from './plain-answer.ts'
import { HttpProblem, problemOf, problemResponse } from './problem.ts'
import { jsonResponse, type Route } from './route.ts'

export interface AppParts extends OperatorParts {
  readonly crossOrigin: CrossOrigin
  readonly guard: Guard
  readonly log: Log
  readonly live: Live
  readonly page: PageFiles
}

/** The whole API as one function from a request to its answer. */
export function createApp(parts: AppParts): Hono {
  const { agent, crossOrigin, guard, log, page } = parts
  const routes = [
    ...memberRoutes(agent),
    ...clusterRoutes(agent),
    ...kvRoutes(agent),
    ...exampleRoutes(agent),
    ...liveRoutes(parts.live),
    ...operatorRoutes(parts),
  ]
  const document = openApiDocument(routes, parts.hasToken)
  const app = new Hono()

  app.onError((error) => {
    const problem = problemOf(error)
    if (problem.code === 'ERR_INTERNAL') log.error({ error: error.stack }, 'A request failed.')
    return problemResponse(problem)
  })
  app.use(async (context, next) => {
    await next()
    const headers = { ...crossOrigin.headers(headOf(context.req.raw)), ...constantHeaders }
    for (const [name, value] of Object.entries(headers)) context.res.headers.append(name, value)
  })
  app.use(async (context, next) => {
    const { path, raw } = context.req
    const head = headOf(raw)
    const isPreflight = crossOrigin.isPreflight(head)
    const open = isPreflight || page.has(path) || isOpen(routes, path)
    guard(head, { open, writes: isWrite(routes, path) })
    if (isPreflight) return crossOrigin.preflight()
    await next()
    return undefined
  })
  for (const { method, path, run, writes } of routes) {
    app.on(method.toUpperCase(), honoPath(path), (context) => {
      const { raw } = context.req
      if (writes === true && raw.method === 'HEAD') throw notAllowed(routes, path, 'HEAD')
      return run(raw)
    })
  }
  app.get('/openapi.json', () => jsonResponse(document))
  app.get('*', async (context, next) => {
    const { path, raw } = context.req
    const file = page.response(path, raw.headers)
    if (file === undefined) await next()
    return file
  })
  app.get('/', () => indexPage(agent.list.local.name, routes, parts.hasToken))
  for (const path of new Set(routes.map((route) => route.path))) {
    app.all(honoPath(path), (context) => {
      throw notAllowed(routes, path, context.req.method)
    })
  }
  app.notFound((context) =>
    problemResponse(
      new HttpProblem(404, 'ERR_NOT_FOUND', `There is nothing at ${context.req.path}.`, {
        hint: 'GET /openapi.json lists all calls.',
      }),
    ),
  )
  return app
}

function honoPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1').replace(/\{(\w+)\.\.\.\}/, ':$1{.*}')
}

/** The description of the API is no secret, and a health check has no token. */
function isOpen(routes: readonly Route[], path: string): boolean {
  return (
    path === '/' ||
    path === '/openapi.json' ||
    routes.some((each) => each.open === true && each.path === path)
  )
}

function isWrite(routes: readonly Route[], path: string): boolean {
  return routes.some((each) => each.writes === true && each.path === path)
}

function notAllowed(routes: readonly Route[], path: string, method: string): HttpProblem {
  const allowed = routes
    .filter((route) => route.path === path)
    .map((route) => route.method.toUpperCase())
    .join(', ')
  return new HttpProblem(405, 'ERR_METHOD', `${path} takes ${allowed}, not ${method}.`, {
    hint: 'GET /openapi.json lists all calls.',
    headers: { allow: allowed },
  })
}
