import { follow, reconnectFlag } from '../client/follower.ts'
import { clientFlags } from '../configuration/common-flags.ts'
import { single, splitAtCommas, toggle, wholeNumber } from '../configuration/flag.ts'
import { exitCodes } from '../failure.ts'
import type { AgentEvent } from '../http/schemas.ts'
import { eventLine } from '../output/event-line.ts'
import { clientOf, command, outputOf } from './command.ts'

const flags = {
  ...clientFlags,
  replay: toggle('begin with the events that the agent still keeps'),
  only: single('EVENTS', 'only these, such as join,fail', splitAtCommas),
  count: single('N', 'end after so many', wholeNumber(1, 1_000_000_000)),
  reconnect: reconnectFlag,
}

export const eventsCommand = command({
  description:
    'Ends with code 0 when the agent left in good order. When the agent is gone otherwise, it is tried again; events that it kept meanwhile are not lost.',
  flags,
  examples: [
    ['hearsay events', 'everything from now on'],
    ['hearsay events --replay --only join,fail,leave -o ndjson', 'who came and went, for a script'],
  ],
  run: async (invocation) => {
    const { count, only, reconnect, replay } = invocation.values
    const client = clientOf(invocation)
    const output = outputOf(invocation, 'stream')
    let shown = 0
    const followed = {
      path: '/v1/events',
      lastId: replay ? '0' : undefined,
      isLast: (data: string) => (JSON.parse(data) as AgentEvent).event === 'left',
    }
    const { interrupted } = invocation.surroundings
    for await (const { data } of follow(client, followed, reconnect, interrupted)) {
      const event = JSON.parse(data) as AgentEvent
      if (only !== undefined && !only.includes(event.event)) continue
      output.line(output.format === 'table' ? eventLine(event, output.paint) : data)
      if (++shown === count) return exitCodes.done
    }
    return exitCodes.done
  },
})
