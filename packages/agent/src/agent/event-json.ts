import type { MemberlistEvent } from '@hearsay/memberlist'
import type { AgentEvent } from '../http/schemas.ts'
import { base64, memberJson } from './member-json.ts'

/** An event before it is given its time. */
export type Untimed<Event> = Event extends { time: string } ? Omit<Event, 'time'> : never

/** What the member tells, as it is written to stdout and to the event stream. */
export function eventJson(event: MemberlistEvent): Untimed<AgentEvent> {
  switch (event.type) {
    case 'join':
    case 'alive':
    case 'leave':
    case 'forget':
      return { event: event.type, member: memberJson(event.member) }
    case 'update':
      return {
        event: 'update',
        member: memberJson(event.member),
        previous: memberJson(event.previous),
      }
    case 'suspect':
    case 'fail':
      return { event: event.type, member: memberJson(event.member), from: event.from }
    case 'message': {
      const { via, host, port } = event
      return { event: 'message', bytes: base64(event.bytes), via, host, port }
    }
    case 'conflict':
      return {
        event: 'conflict',
        member: memberJson(event.existing),
        other: memberJson(event.other),
      }
    case 'health':
      return { event: 'health', score: event.score }
    case 'pause':
      return { event: 'pause', pausedMs: event.pausedMs }
    case 'warning': {
      const { code, text, host, port } = event
      return {
        event: 'warning',
        code,
        text,
        ...(host !== undefined && { host }),
        ...(port !== undefined && { port }),
      }
    }
  }
}
