import type { Agent } from '../agent/agent.ts'
import type { Metrics } from '../agent/metrics.ts'
import { version } from '../version.ts'
import { HttpProblem } from './problem.ts'
import { type Route, route } from './route.ts'
import {
  type ConfigJson,
  configSchema,
  healthSchema,
  keyRequestSchema,
  keysSchema,
  revealQuery,
  statsSchema,
} from './schemas.ts'

export interface OperatorParts {
  readonly agent: Agent
  readonly metrics: Metrics
  readonly configuration: () => ConfigJson
  /** Whether the API asks for a token: keys are revealed only then. */
  readonly hasToken: boolean
}

/** What operators and their machines look at. */
export function operatorRoutes(parts: OperatorParts): Route[] {
  return [...keyRoutes(parts), ...stateRoutes(parts), ...probeRoutes(parts)]
}

function keyRoutes({ agent, hasToken }: OperatorParts): Route[] {
  const body = { json: keyRequestSchema }
  const answer = { description: 'The keys, the one that encrypts first', json: keysSchema }
  return [
    route({
      method: 'get',
      path: '/v1/keys',
      summary: 'The gossip keys, by their ids',
      query: revealQuery,
      answer,
      handle: ({ query }) => {
        if (query.reveal && !hasToken) throw notRevealed()
        return agent.keys.list(query.reveal)
      },
    }),
    route({
      method: 'post',
      path: '/v1/keys',
      summary: 'Add a key, or encrypt with one from now on',
      body,
      answer,
      handle: ({ json }) => {
        agent.keys.add(json.key, json.primary ?? false)
        return agent.keys.list(false)
      },
    }),
    route({
      method: 'delete',
      path: '/v1/keys',
      summary: 'Remove a key that does not encrypt',
      body,
      answer,
      handle: ({ json }) => {
        agent.keys.remove(json.key)
        return agent.keys.list(false)
      },
    }),
  ]
}

function notRevealed(): HttpProblem {
  const detail = 'Keys are revealed only where the API asks for a token.'
  return new HttpProblem(403, 'ERR_KEY', detail, {
    hint: 'Start the agent with HEARSAY_TOKEN, or tell keys apart by their ids.',
  })
}

function stateRoutes({ agent, metrics, configuration }: OperatorParts): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/stats',
      summary: 'Counters and gauges of the member and of its key/value store',
      answer: { description: 'As they are now', json: statsSchema },
      handle: () => ({
        ...agent.list.stats(),
        kv: agent.store.stats(),
        agent: {
          version,
          node: process.version,
          startedAt: agent.startedAt.toISOString(),
          memoryBytes: process.memoryUsage.rss(),
        },
      }),
    }),
    route({
      method: 'get',
      path: '/v1/config',
      summary: 'The configuration in effect, each value with its source; secrets are hidden',
      answer: { description: 'The configuration', json: configSchema },
      handle: configuration,
    }),
    route({
      method: 'get',
      path: '/metrics',
      summary: 'Metrics for Prometheus',
      answer: { description: "Prometheus' text format", contentType: 'text/plain' },
      handle: async () =>
        new Response(await metrics.text(), { headers: { 'content-type': metrics.contentType } }),
    }),
  ]
}

function probeRoutes({ agent }: OperatorParts): Route[] {
  return [
    route({
      method: 'get',
      path: '/healthz',
      summary: 'Whether the process works',
      open: true,
      answer: { description: 'It does', json: healthSchema },
      handle: () => ({ status: 'ok' }),
    }),
    route({
      method: 'get',
      path: '/readyz',
      summary: 'Whether the member is part of its cluster',
      open: true,
      answer: { description: 'It is', json: healthSchema },
      handle: () => {
        const why = agent.notReadyBecause
        if (why === undefined) return { status: 'ready' }
        throw new HttpProblem(503, 'ERR_NOT_READY', why, {
          hint: agent.isLeaving
            ? 'Start it again.'
            : 'Wait; GET /v1/members (hearsay members) shows who is there.',
          headers: { 'retry-after': '1' },
        })
      },
    }),
  ]
}
