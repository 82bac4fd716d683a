import type { AgentEvent } from '../http/schemas.ts'
import { type Paint, plain } from '../output/color.ts'
import { eventLine } from '../output/event-line.ts'
import type { Sink } from '../output/streams.ts'
import type { ChildAgent } from './child-agent.ts'
import { frameLines } from './frame.ts'
import type { ClusterShow } from './run.ts'
import { Screen } from './screen.ts'
import type { SharedKey } from './shared-keys.ts'
import type { Supervisor } from './supervisor.ts'

const frameMs = 100
const keptEvents = 16
const told = new Set<AgentEvent['event']>(['join', 'suspect', 'alive', 'fail', 'leave', 'message'])

/** The live table: drawn when something happened, at most ten times a second, and each second. */
export class ClusterTerminal implements ClusterShow {
  readonly #screen: Screen
  readonly #paint: Paint
  readonly #hints: { readonly program: string; readonly flags: readonly string[] }
  readonly #latest: string[] = []
  #shared: readonly SharedKey[] = []
  #supervisor: Supervisor | undefined
  #pending: NodeJS.Timeout | undefined
  #clock: NodeJS.Timeout | undefined
  #isStopping = false

  constructor(
    sink: Sink,
    paint: Paint,
    hints: { readonly program: string; readonly flags: readonly string[] },
  ) {
    this.#screen = new Screen(sink)
    this.#paint = paint
    this.#hints = hints
  }

  begin(supervisor: Supervisor): void {
    this.#supervisor = supervisor
    this.#clock = setInterval(() => this.#draw(), 1_000)
    this.#draw()
  }

  ready(): void {
    this.#drawSoon()
  }

  shared(keys: readonly SharedKey[]): void {
    this.#shared = keys
    this.#drawSoon()
  }

  event(child: ChildAgent, event: AgentEvent): void {
    if (child === this.#supervisor?.reporter && told.has(event.event)) {
      this.#latest.push(eventLine(event, plain))
      if (this.#latest.length > keptEvents) this.#latest.shift()
    }
    this.#drawSoon()
  }

  exited(): void {
    this.#drawSoon()
  }

  stopping(): void {
    this.#isStopping = true
    this.#draw()
  }

  end(): void {
    clearInterval(this.#clock)
    clearTimeout(this.#pending)
    this.#pending = undefined
    this.#screen.close()
  }

  #drawSoon(): void {
    this.#pending ??= setTimeout(() => {
      this.#pending = undefined
      this.#draw()
    }, frameMs)
  }

  #draw(): void {
    if (this.#supervisor === undefined) return
    const { children, reporter } = this.#supervisor
    const told = { latest: this.#latest, shared: this.#shared, isStopping: this.#isStopping }
    const input = { children, reporter, ...told, now: Date.now(), ...this.#hints }
    this.#screen.draw(frameLines(input, this.#screen.size, this.#paint))
  }
}
