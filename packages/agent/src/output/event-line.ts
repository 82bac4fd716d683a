import { addressText } from '../configuration/address.ts'
import type { AgentEvent, JoinedJson, MemberJson } from '../http/schemas.ts'
import { type Paint, stateMark } from './color.ts'
import { printable } from './printable.ts'

/** One event as a line for people. */
export function eventLine(event: AgentEvent, paint: Paint): string {
  const clock = paint('dim', event.time.slice(11, 23))
  return `${clock}  ${paint(hueOf(event), event.event.padEnd(8))}  ${printable(describe(event))}`
}

function hueOf(event: AgentEvent) {
  switch (event.event) {
    case 'join':
    case 'alive':
    case 'ready':
      return stateMark('alive').hue
    case 'suspect':
    case 'pause':
    case 'health':
      return 'yellow'
    case 'fail':
    case 'conflict':
    case 'warning':
    case 'kv-full':
      return 'red'
    default:
      return 'cyan'
  }
}

function describe(event: AgentEvent): string {
  switch (event.event) {
    case 'ready':
      return `${event.name} gossips at ${event.gossip}; HTTP at http://${event.http}`
    case 'join':
    case 'alive':
    case 'leave':
    case 'forget':
    case 'update':
      return who(event.member)
    case 'suspect':
    case 'fail':
      return `${who(event.member)}, says ${event.from}`
    case 'message':
      return `${Buffer.byteLength(event.bytes, 'base64')} bytes by ${event.via} from ${addressText(event.host, event.port)}: ${preview(event.bytes)}`
    case 'joined':
      return `${event.reached} of ${triedAddresses(event)} addresses answered`
    case 'conflict':
      return `${who(event.other)} uses the name of ${who(event.member)}`
    case 'health':
      return `local health is ${event.score} (0 is best)`
    case 'pause':
      return `this process stood still for ${Math.round(event.pausedMs)} ms`
    case 'warning':
      return `${event.code}: ${event.text}`
    case 'spread':
      return `${event.key} is at ${event.members.length} members, not yet known of ${event.missing.length} (version ${event.version})`
    case 'kv-full':
      return `the key/value store holds ${event.bytes} bytes of at most ${event.maxBytes}; writes are refused`
    case 'left':
      return event.name
  }
}

/** How many addresses were tried: a name may stand for several. */
export function triedAddresses({ addresses, reached, errors }: JoinedJson): number {
  return Math.max(addresses.length, reached + errors.length)
}

function who(member: MemberJson): string {
  const itself = member.local ? ', this agent' : ''
  return `${member.name} (${addressText(member.host, member.port)}${itself})`
}

function preview(bytes: string): string {
  const text = Buffer.from(bytes.slice(0, 120), 'base64').toString('utf8')
  return bytes.length > 120 ? `${text}…` : text
}
