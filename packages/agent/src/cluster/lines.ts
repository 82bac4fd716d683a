import type { AgentEvent } from '../http/schemas.ts'
import { eventLine } from '../output/event-line.ts'
import type { Output } from '../output/output.ts'
import type { ChildAgent } from './child-agent.ts'
import { frameLines } from './frame.ts'
import type { ClusterShow } from './run.ts'
import { type SharedKey, sharedLine } from './shared-keys.ts'
import type { Supervisor } from './supervisor.ts'

/**
 * What happens, line by line, where there is no terminal: the events of the first agent, and the
 * coming and going of the processes. As JSON on stdout, with the hints on stderr; or readable.
 */
export class ClusterLines implements ClusterShow {
  readonly #output: Output
  readonly #hints: { readonly program: string; readonly flags: readonly string[] }
  #supervisor: Supervisor | undefined
  #isStopping = false

  constructor(
    output: Output,
    hints: { readonly program: string; readonly flags: readonly string[] },
  ) {
    this.#output = output
    this.#hints = hints
  }

  begin(supervisor: Supervisor): void {
    this.#supervisor = supervisor
  }

  ready(): void {
    const first = this.#supervisor?.reporter
    if (this.#supervisor === undefined || first?.ready === undefined) return
    const { children, reporter } = this.#supervisor
    const { name, gossip, http } = first.ready
    const agents = children.map((child) => ({
      name: child.name,
      pid: child.pid,
      gossip: child.ready?.gossip,
      http: child.ready?.http,
    }))
    this.#tell({ event: 'ready', name, gossip, http, agents }, '')
    const input = {
      children,
      reporter,
      latest: [],
      shared: [],
      isStopping: false,
      now: Date.now(),
      ...this.#hints,
    }
    const size = { columns: 120, rows: children.length + 16 }
    for (const line of frameLines(input, size, this.#output.narrationPaint)) {
      this.#output.narrate(line)
    }
  }

  shared(keys: readonly SharedKey[]): void {
    for (const key of keys) this.#tell({ event: 'shared', ...key }, sharedLine(key))
  }

  event(child: ChildAgent, event: AgentEvent): void {
    if (this.#isStopping || child !== this.#supervisor?.reporter || event.event === 'ready') return
    if (this.#output.format !== 'table') this.#output.json({ ...event, agent: child.name })
    else this.#output.line(eventLine(event, this.#output.paint))
  }

  exited(child: ChildAgent): void {
    const { name, pid, exit } = child
    const how = exit?.signal ?? `exit code ${exit?.code ?? '?'}`
    this.#tell({ event: 'exited', name, pid, ...exit }, `Process ${pid} of ${name} ended: ${how}`)
  }

  stopping(): void {
    this.#isStopping = true
    this.#output.narrate('Stopping all agents …')
  }

  end(): void {}

  #tell(event: object, line: string): void {
    const time = new Date().toISOString()
    if (this.#output.format !== 'table') this.#output.json({ time, ...event })
    else if (line !== '') this.#output.line(line)
  }
}
