import type { EventLog, LoggedEvent } from '../agent/event-log.ts'
import { HttpProblem } from './problem.ts'
import type { AgentEvent } from './schemas.ts'

/** Readers at a time; each holds a connection and a buffer. */
const maxReaders = 64
/** What a reader may be behind by before it is cut off; it can come back with its last id. */
const maxBehindBytes = 1_048_576
const heartbeatMs = 15_000
const headers = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
}

/**
 * The event log as server-sent events: from now on, or from the given id on. Objects are those
 * on the agent's stdout. A reader that cannot keep up is cut off rather than waited for.
 */
export function eventStream(log: EventLog, lastId: string | undefined): Response {
  if (log.listeners >= maxReaders) {
    throw new HttpProblem(
      503,
      'ERR_OVERLOAD',
      `${maxReaders} readers of the events are connected already.`,
      {
        hint: 'Close one of them, or try again later.',
        headers: { 'retry-after': '5' },
      },
    )
  }
  let release = () => {}
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const encoder = new TextEncoder()
        const end = () => {
          release()
          controller.close()
        }
        const send = (text: string, isLast: boolean) => {
          const isBehind = (controller.desiredSize ?? 0) <= 0
          if (!isBehind) controller.enqueue(encoder.encode(text))
          if (isBehind || isLast) end()
        }
        const heartbeat = setInterval(() => send(': still here\n\n', false), heartbeatMs)
        heartbeat.unref()
        const stopListening = log.listen((event) => send(frame(event), event.event === 'left'))
        release = () => {
          clearInterval(heartbeat)
          stopListening()
        }
        controller.enqueue(encoder.encode(preamble(log, lastId)))
      },
      cancel: () => release(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: maxBehindBytes }),
  )
  return new Response(stream, { headers })
}

/** What a HEAD request is answered with: nobody would read the stream, or end it. */
export function eventStreamHead(): Response {
  return new Response(null, { headers })
}

function preamble(log: EventLog, lastId: string | undefined): string {
  const start = 'retry: 1000\n\n'
  if (lastId === undefined) return start
  const { missed, events } = log.after(lastId)
  return start + (missed ? gap() : '') + events.map(frame).join('')
}

/** Told to this reader alone, so it has no id. */
function gap(): string {
  const warning: AgentEvent = {
    time: new Date().toISOString(),
    event: 'warning',
    code: 'events-missed',
    text: 'Events between the last one seen and the next one are no longer kept; read the members again.',
  }
  return `data: ${JSON.stringify(warning)}\n\n`
}

function frame({ id, json }: LoggedEvent): string {
  return `id: ${id}\ndata: ${json}\n\n`
}
