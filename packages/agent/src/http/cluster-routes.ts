import type { Agent } from '../agent/agent.ts'
import { readJoinAddress } from '../configuration/address.ts'
import { Refusal } from '../configuration/refusal.ts'
import { EventStreams } from './event-streams.ts'
import { HttpProblem } from './problem.ts'
import { type Route, route } from './route.ts'
import {
  broadcastQuery,
  broadcastSchema,
  eventSchema,
  eventsQuery,
  joinedSchema,
  joinRequestSchema,
  leftSchema,
} from './schemas.ts'
import { eventStream } from './server-sent-events.ts'

const defaultTimeoutMs = 10_000

/** What concerns the cluster as a whole. */
export function clusterRoutes(agent: Agent): Route[] {
  const streams = new EventStreams('the events')
  return [
    route({
      method: 'post',
      path: '/v1/join',
      summary: 'Join other members',
      body: { json: joinRequestSchema },
      answer: { description: 'At least one address answered', json: joinedSchema },
      handle: async ({ json, request }) => {
        checkAddresses(json.addresses)
        const timeoutMs = json.timeoutMs ?? defaultTimeoutMs
        const joined = await agent.join(json.addresses, { timeoutMs, signal: request.signal })
        if (joined.reached > 0) return joined
        const [first] = joined.errors
        const detail = `None of ${json.addresses.length} addresses answered${first ? `; ${first.address}: ${first.detail}` : '.'}`
        throw new HttpProblem(502, 'ERR_JOIN', detail, {
          hint: 'Check that a member runs there, and that it has the same label and keys.',
          extra: { ...joined },
        })
      },
    }),
    route({
      method: 'post',
      path: '/v1/leave',
      summary: 'Leave the cluster; the agent ends afterwards',
      answer: { description: 'The others were told', json: leftSchema },
      handle: async () => {
        const { name } = agent.list.local
        await agent.leave(defaultTimeoutMs, true)
        agent.leaveAsked()
        return { name, left: true }
      },
    }),
    route({
      method: 'post',
      path: '/v1/broadcast',
      summary: 'Send a message to all members by gossip',
      query: broadcastQuery,
      // The largest packet that any setting allows.
      body: { maxBytes: 65_507 },
      answer: { status: 202, description: 'Queued, or what became of it', json: broadcastSchema },
      handle: async ({ query, bytes }) => {
        const options = query.name === undefined ? {} : { name: query.name }
        const { finished } = agent.list.broadcast(bytes, options)
        const outcome = query.wait ? await finished : 'queued'
        return { bytes: bytes.length, outcome }
      },
    }),
    route({
      method: 'get',
      path: '/v1/events',
      summary: 'What happens, as server-sent events; Last-Event-ID goes on where a reader was',
      query: eventsQuery,
      answer: {
        description: 'A stream, each `data` of which is an event',
        json: eventSchema,
        contentType: 'text/event-stream',
      },
      handle: ({ request, query }) => {
        if (request.method === 'HEAD') return streams.head()
        const lastId = request.headers.get('last-event-id') ?? query.after
        return eventStream(streams, agent.events, lastId)
      },
    }),
  ]
}

function checkAddresses(addresses: readonly string[]): void {
  for (const address of addresses) {
    try {
      readJoinAddress(address)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      throw new HttpProblem(400, 'ERR_ADDRESS', `Got "${address}"; it takes ${error.takes}.`, {
        hint: 'Correct the address.',
      })
    }
  }
}
