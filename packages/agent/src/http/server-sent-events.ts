import type { EventLog } from '../agent/event-log.ts'
import { type EventStreams, frame } from './event-streams.ts'
import type { AgentEvent } from './schemas.ts'

/**
 * The event log as server-sent events: from now on, or from the given id on. Objects are those
 * on the agent's stdout.
 */
export function eventStream(
  streams: EventStreams,
  log: EventLog,
  lastId: string | undefined,
): Response {
  return streams.response((reader) => {
    if (lastId !== undefined) {
      const { missed, events } = log.after(lastId)
      // Together: the log's bound is above that of what waits for a reader.
      reader.send((missed ? gap() : '') + events.map(({ id, json }) => frame(id, json)).join(''))
    }
    return log.listen(({ id, json, event }) => {
      reader.send(frame(id, json))
      if (event === 'left') reader.end()
    })
  })
}

/** Told to this reader alone, so it has no id. */
function gap(): string {
  const warning: AgentEvent = {
    time: new Date().toISOString(),
    event: 'warning',
    code: 'events-missed',
    text: 'Events between the last one seen and the next one are no longer kept; read the members again.',
  }
  return frame(undefined, JSON.stringify(warning))
}
