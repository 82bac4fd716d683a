import { addressText } from '../configuration/address.ts'
import type { MemberJson } from '../http/schemas.ts'
import { ageText } from '../output/age.ts'
import { type Paint, stateMark } from '../output/color.ts'
import { fit } from '../output/printable.ts'
import { type Cell, tableLines } from '../output/table.ts'
import type { ChildAgent } from './child-agent.ts'
import { type SharedKey, sharedLine } from './shared-keys.ts'

export interface FrameInput {
  readonly children: readonly ChildAgent[]
  readonly reporter: ChildAgent | undefined
  /** The latest events, as lines. */
  readonly latest: readonly string[]
  /** Keys that were written on one agent and read on the others. */
  readonly shared: readonly SharedKey[]
  readonly now: number
  /** How this program is called, for the hints: `npx hearsay` or `hearsay`. */
  readonly program: string
  /** Flags that another agent should be given. */
  readonly flags: readonly string[]
  readonly isStopping: boolean
}

export interface FrameSize {
  readonly columns: number
  readonly rows: number
}

/** The live picture: who is there, what can be done, what happened last. Fits the size. */
export function frameLines(input: FrameInput, size: FrameSize, paint: Paint): string[] {
  const table = tableLines(headings, memberRows(input), { paint, width: size.columns - 2 })
  const hints = hintLines(input, size.columns - 2, paint)
  // Two blank lines, the hints, and one line to spare for the cursor.
  const room = Math.max(2, size.rows - hints.length - 3)
  const shownTable =
    table.length <= room
      ? table
      : [...table.slice(0, room - 1), paint('dim', `… and ${table.length - room + 1} more`)]
  const left = size.rows - shownTable.length - hints.length - 4
  const shared = left > input.shared.length ? input.shared.map(sharedLine) : []
  const leftForLatest = left - block(shared).length
  const latest = leftForLatest > 0 ? input.latest.slice(-Math.min(leftForLatest, 6)) : []
  const texts = [...block(shared), ...block(latest)].map((line) => fit(line, size.columns - 2))
  return [...shownTable, '', ...hints, ...texts].map((line) => ` ${line}`)
}

/** Lines with a blank one before them, where there are any. */
function block(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', ...lines]
}

const headings = ['NAME', 'STATE', 'FOR', 'GOSSIP', 'HTTP', 'PROCESS', 'SEEN BY']

function memberRows({ children, reporter, now }: FrameInput): Cell[][] {
  const byName = new Map(reporter?.view)
  const own = children.map((child) => {
    const member = byName.get(child.name)
    byName.delete(child.name)
    return row(child.name, member, child, children, now)
  })
  const others = [...byName.values()].map((member) =>
    row(member.name, member, undefined, children, now),
  )
  return [...own, ...others]
}

function row(
  name: string,
  member: MemberJson | undefined,
  child: ChildAgent | undefined,
  children: readonly ChildAgent[],
  now: number,
): Cell[] {
  const state = member?.state ?? (child?.isRunning === true ? 'starting' : 'forgotten')
  const { mark, hue } = stateMark(state)
  const address =
    member === undefined ? child?.ready?.gossip : addressText(member.host, member.port)
  return [
    name,
    { text: `${mark} ${state}`, hue },
    member?.since === undefined ? '' : ageText(now - Date.parse(member.since)),
    address ?? '',
    httpCell(child),
    processCell(child),
    member === undefined ? '' : agreement(name, state, children),
  ]
}

/** The port alone where the host is that of the gossip beside it. */
function httpCell(child: ChildAgent | undefined): string {
  if (child?.ready === undefined) return ''
  const { gossip, http } = child.ready
  const host = gossip.slice(0, gossip.lastIndexOf(':'))
  return http.startsWith(`${host}:`) ? http.slice(host.length) : http
}

function processCell(child: ChildAgent | undefined): Cell {
  if (child === undefined) return 'not ours'
  if (child.exit === undefined) return String(child.pid ?? '')
  const { code, signal } = child.exit
  return { text: signal === null ? `ended, code ${code}` : `killed ${signal}`, hue: 'red' }
}

/** How many of the running agents see it in that state: the news is still spreading where not all. */
function agreement(name: string, state: string, children: readonly ChildAgent[]): string {
  const running = children.filter((child) => child.isRunning)
  const same = running.filter((child) => child.view.get(name)?.state === state)
  return `${same.length} of ${running.length}`
}

function hintLines(input: FrameInput, width: number, paint: Paint): string[] {
  const { children, reporter, program, flags, isStopping } = input
  if (isStopping) return ['Stopping all agents …']
  const ready = reporter?.ready
  const victim = children.findLast((child) => child.isRunning && child !== reporter) ?? reporter
  if (ready === undefined) return [paint('dim', 'No agent runs.')]
  const other = children.findLast(({ isRunning }) => isRunning)?.ready?.http ?? ready.http
  const hints: readonly (readonly [string, string])[] = [
    ['Kill one', `kill -9 ${victim?.pid ?? ''}`],
    ['Add one', [program, 'agent', ...flags, '--join', ready.gossip].join(' ')],
    ['Dashboard', `http://${ready.http}/`],
    ['Write', `curl 'http://${ready.http}/add?key=foo&val=bar'`],
    ['Read', `curl 'http://${other}/get?key=foo'`],
    ['Stop all', 'Ctrl-C'],
  ]
  return hints.map(([what, how]) => {
    const label = what.padEnd(11)
    return `${paint('bold', label)}${fit(how, width - label.length)}`
  })
}
