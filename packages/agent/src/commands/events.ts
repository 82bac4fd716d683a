import { setTimeout as sleep } from 'node:timers/promises'
import type { ApiClient } from '../client/api-client.ts'
import { type ReceivedEvent, readEvents } from '../client/event-reader.ts'
import { clientFlags } from '../configuration/common-flags.ts'
import { readDuration } from '../configuration/duration.ts'
import { defaulted, single, splitAtCommas, toggle, wholeNumber } from '../configuration/flag.ts'
import { CommandFailure, exitCodes } from '../failure.ts'
import type { AgentEvent } from '../http/schemas.ts'
import { eventLine } from '../output/event-line.ts'
import { clientOf, command, outputOf } from './command.ts'

const flags = {
  ...clientFlags,
  replay: toggle('begin with the events that the agent still keeps'),
  only: single('EVENTS', 'only these, such as join,fail', splitAtCommas),
  count: single('N', 'end after so many', wholeNumber(1, 1_000_000_000)),
  reconnect: defaulted(
    'TIME',
    'how long to try again when the agent is gone; 0 ends at once',
    readDuration(0, 86_400_000),
    '10s',
  ),
}

export const eventsCommand = command({
  name: 'events',
  summary: 'follow what happens, as an agent sees it',
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
    let last: AgentEvent | undefined
    const follow = new Follower(client, replay ? '0' : undefined)
    for await (const { data } of follow.events(reconnect, invocation.surroundings.interrupted)) {
      last = JSON.parse(data) as AgentEvent
      if (only !== undefined && !only.includes(last.event)) continue
      output.line(output.format === 'table' ? eventLine(last, output.paint) : data)
      if (++shown === count) return exitCodes.done
    }
    return exitCodes.done
  },
})

/** Reads the stream, and again from the last id on when it breaks. */
class Follower {
  readonly #client: ApiClient
  #lastId: string | undefined

  constructor(client: ApiClient, lastId: string | undefined) {
    this.#client = client
    this.#lastId = lastId
  }

  async *events(patienceMs: number, signal: AbortSignal): AsyncGenerator<ReceivedEvent> {
    let stream = await this.#open()
    while (true) {
      try {
        for await (const event of readEvents(stream)) {
          this.#lastId = event.id ?? this.#lastId
          yield event
          if ((JSON.parse(event.data) as AgentEvent).event === 'left') return
        }
      } catch (error) {
        if (signal.aborted) throw error
      }
      stream = await this.#openAgain(patienceMs, signal)
    }
  }

  #open() {
    const id = this.#lastId
    const headers = id === undefined ? {} : { 'last-event-id': id }
    return this.#client.open({ path: '/v1/events', headers })
  }

  async #openAgain(patienceMs: number, signal: AbortSignal) {
    const deadline = performance.now() + patienceMs
    for (let waitMs = 100; ; waitMs = Math.min(waitMs * 2, 2_000)) {
      try {
        return await this.#open()
      } catch (error) {
        const isGone = error instanceof CommandFailure && error.exitCode === exitCodes.unreachable
        if (!isGone || performance.now() + waitMs > deadline) throw error
        await sleep(waitMs, undefined, { signal })
      }
    }
  }
}
