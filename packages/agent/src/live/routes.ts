import { EventStreams, frame } from '../http/event-streams.ts'
import { HttpProblem } from '../http/problem.ts'
import { type Route, route } from '../http/route.ts'
import type { Live } from './live.ts'
import {
  activitySchema,
  historyQuery,
  historySchema,
  spreadQuery,
  spreadSchema,
} from './schemas.ts'
import { spreadJson } from './spread.ts'

/** How it was, what goes on now, and how a write spreads. */
export function liveRoutes({ activity, history, parts: { list, store } }: Live): Route[] {
  const streams = new EventStreams('the activity')
  return [
    route({
      method: 'get',
      path: '/v1/history',
      summary: 'How the member was doing in the last 15 minutes',
      query: historyQuery,
      answer: { description: 'A row a second, in columns', json: historySchema },
      handle: ({ query }) => history.json(query.since),
    }),
    route({
      method: 'get',
      path: '/v1/activity',
      summary: 'Packets and streams between this member and others, as server-sent events',
      answer: {
        description: 'A stream, each `data` of which adds up a quarter of a second',
        json: activitySchema,
        contentType: 'text/event-stream',
      },
      handle: ({ request }) => {
        if (request.method === 'HEAD') return streams.head()
        return streams.response((reader) =>
          activity.listen((json) => reader.send(frame(undefined, json))),
        )
      },
    }),
    route({
      method: 'get',
      path: '/v1/spread',
      summary: 'Which members have a write that was made here with ?trace, and after how long',
      query: spreadQuery,
      answer: { description: 'As far as is known now', json: spreadSchema },
      problems: { 404: 'No write of that version was traced here, or it is forgotten' },
      handle: ({ query }) => {
        const spread = store.spread(query.version)
        if (spread !== undefined) return spreadJson(spread, list)
        const text = `No write of version "${query.version}" is followed by this member.`
        throw new HttpProblem(404, 'ERR_UNKNOWN_VERSION', text, {
          hint: 'Write with PUT /v1/kv/{key}?trace on this member, and ask soon: the last writes are kept.',
        })
      },
    }),
  ]
}
