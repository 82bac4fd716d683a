import { Hono } from 'hono'
import type { Log } from '../agent/log.ts'
import { clusterRoutes } from './cluster-routes.ts'
import { type Guard, headOf } from './guard.ts'
import { memberRoutes } from './member-routes.ts'
import { openApiDocument } from './openapi.ts'
import { type OperatorParts, operatorRoutes } from './operator-routes.ts'
import { indexPage } from './page.ts'
import { HttpProblem, problemOf, problemResponse } from './problem.ts'
import { jsonResponse, type Route } from './route.ts'

export interface AppParts extends OperatorParts {
  readonly guard: Guard
  readonly log: Log
}

/** The whole API as one function from a request to its answer. */
export function createApp(parts: AppParts): Hono {
  const { agent, guard, log } = parts
  const routes = [...memberRoutes(agent), ...clusterRoutes(agent), ...operatorRoutes(parts)]
  const document = openApiDocument(routes, parts.hasToken)
  const app = new Hono({ strict: false })

  app.onError((error) => {
    const problem = problemOf(error)
    if (problem.code === 'ERR_INTERNAL') log.error({ error: error.stack }, 'A request failed.')
    return problemResponse(problem)
  })
  app.use(async (context, next) => {
    const { path, raw } = context.req
    guard(headOf(raw), { open: isOpen(routes, path), writes: isWrite(routes, path) })
    await next()
    context.res.headers.set('x-content-type-options', 'nosniff')
  })
  for (const { method, path, run, writes } of routes) {
    app.on(method.toUpperCase(), honoPath(path), (context) => {
      const { raw } = context.req
      if (writes === true && raw.method === 'HEAD') throw notAllowed(routes, path, 'HEAD')
      return run(raw)
    })
  }
  app.get('/openapi.json', () => jsonResponse(document))
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
  return path.replace(/\{(\w+)\}/g, ':$1').replace(/\{(\w+)\.\.\.\}/, ':$1{.+}')
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
