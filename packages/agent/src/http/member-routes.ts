import { limits, type Member, MemberlistError } from '@hearsay/memberlist'
import type { Agent } from '../agent/agent.ts'
import { bytesJson, memberJson } from '../agent/member-json.ts'
import { HttpProblem } from './problem.ts'
import { type Route, route } from './route.ts'
import {
  acceptedSchema,
  memberSchema,
  membersSchema,
  pingSchema,
  reliableQuery,
  stateQuery,
} from './schemas.ts'

const bytes = { maxBytes: limits.userMessageBytes }

/** Who there is, and what can be done with one of them. */
export function memberRoutes(agent: Agent): Route[] {
  const { list } = agent
  return [
    route({
      method: 'get',
      path: '/v1/members',
      summary: 'All members that are known, the failed and left ones included',
      query: stateQuery,
      answer: { description: 'The members, by name', json: membersSchema },
      handle: ({ query }) =>
        list.allMembers
          .filter((member) => query.state.has(member.state))
          .map((member) => memberJson(member))
          .sort((a, b) => (a.name < b.name ? -1 : 1)),
    }),
    route({
      method: 'get',
      path: '/v1/members/{name}',
      summary: 'One member',
      answer: { description: 'The member', json: memberSchema },
      handle: ({ parameters }) => memberJson(known(agent, parameters['name'])),
    }),
    route({
      method: 'post',
      path: '/v1/members/{name}/messages',
      summary:
        'Send a message to one member: a packet on a best-effort basis, or reliably by stream',
      query: reliableQuery,
      body: bytes,
      answer: { status: 202, description: 'Sent; by stream: handed over', json: acceptedSchema },
      handle: async ({ parameters, query, bytes, request }) => {
        const member = known(agent, parameters['name'])
        if (query.reliable) await list.sendReliable(member, bytes, { signal: request.signal })
        else await list.send(member, bytes)
        return { bytes: bytes.length }
      },
    }),
    route({
      method: 'post',
      path: '/v1/members/{name}/ping',
      summary: 'Ping one member now',
      answer: { description: 'The round trip, and what came with the ack', json: pingSchema },
      handle: async ({ parameters, request }) => {
        const member = known(agent, parameters['name'])
        const { roundTripMs, payload } = await list.ping(member, { signal: request.signal })
        return { name: member.name, roundTripMs, payload: bytesJson(payload) }
      },
    }),
    route({
      method: 'get',
      path: '/v1/self',
      summary: 'The member that answers',
      answer: { description: 'The member', json: memberSchema },
      handle: () => memberJson(list.local),
    }),
    route({
      method: 'put',
      path: '/v1/self/meta',
      summary: 'Replace the metadata of the member that answers',
      body: { maxBytes: limits.metaBytes },
      answer: { description: 'The member with its new metadata', json: memberSchema },
      handle: async ({ bytes }) => {
        await updateMeta(agent, bytes)
        return memberJson(list.local)
      },
    }),
  ]
}

/** The metadata counts from now on, also where not all others have heard of it in time. */
async function updateMeta(agent: Agent, bytes: Uint8Array): Promise<void> {
  try {
    await agent.list.updateMeta(bytes, { timeoutMs: 10_000 })
  } catch (error) {
    if (!(error instanceof MemberlistError) || error.code !== 'ERR_TIMEOUT') throw error
  }
}

function known(agent: Agent, name = ''): Member {
  const member = agent.list.member(name)
  if (member !== undefined) return member
  throw new HttpProblem(404, 'ERR_UNKNOWN_MEMBER', `No member is called "${name}".`, {
    hint: 'GET /v1/members (hearsay members) lists the names.',
  })
}
