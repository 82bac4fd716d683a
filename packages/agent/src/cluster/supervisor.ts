import { setTimeout as sleep } from 'node:timers/promises'
import { CommandFailure, exitCodes } from '../failure.ts'
import type { AgentEvent } from '../http/schemas.ts'
import { ChildAgent, type Launch } from './child-agent.ts'

export interface SupervisorOptions {
  readonly launch: Launch
  readonly nodes: number
  /** Flags that every agent gets. */
  readonly flags: readonly string[]
  readonly onEvent: (child: ChildAgent, event: AgentEvent) => void
  readonly onExit: (child: ChildAgent) => void
}

/** Up to so many start one after the other, so that the ports are in the order of the names. */
const mostInOrder = 5
const startTimeoutMs = 30_000
const spreadTimeoutMs = 3_000
const stopTimeoutMs = 8_000

/** Starts agents as processes, the first one first, and stops them all. */
export class Supervisor implements AsyncDisposable {
  readonly children: ChildAgent[] = []
  readonly #options: SupervisorOptions
  #isStopping = false

  constructor(options: SupervisorOptions) {
    this.#options = options
  }

  /**
   * Resolves when the first agent sees all the others alive, and so does every other one, unless
   * that takes long: what gossip missed comes with the next push/pull.
   * @throws CommandFailure
   */
  async start(signal: AbortSignal): Promise<void> {
    const { nodes } = this.#options
    const { gossip } = await this.#ready(this.#launch('node-1', []), signal)
    for (let number = 2; number <= nodes; number++) {
      const child = this.#launch(`node-${number}`, ['--join', gossip])
      if (nodes <= mostInOrder) await this.#ready(child, signal)
    }
    await Promise.all(this.children.map((child) => this.#ready(child, signal)))
    const seesAll = (child: ChildAgent | undefined) => aliveIn(child) >= nodes
    await this.#until(() => seesAll(this.reporter), signal)
    const patientUntil = performance.now() + spreadTimeoutMs
    const isPatient = () => performance.now() < patientUntil
    await this.#until(() => !isPatient() || this.children.every(seesAll), signal)
  }

  /** The first agent that runs: the others' state is told as it sees it. */
  get reporter(): ChildAgent | undefined {
    return this.children.find((child) => child.isRunning && child.ready !== undefined)
  }

  #launch(name: string, flags: readonly string[]): ChildAgent {
    const { launch, onEvent, onExit } = this.#options
    const child = new ChildAgent(launch, name, [...this.#options.flags, ...flags], onEvent)
    this.children.push(child)
    void child.exited.then(() => {
      if (!this.#isStopping) onExit(child)
    })
    return child
  }

  async #ready(child: ChildAgent, signal: AbortSignal) {
    await this.#until(() => child.ready !== undefined, signal)
    if (child.ready === undefined) throw new Error('unreachable')
    return child.ready
  }

  async #until(isTrue: () => boolean, signal: AbortSignal): Promise<void> {
    const deadline = performance.now() + startTimeoutMs
    while (!isTrue()) {
      const ended = this.children.find((child) => !child.isRunning)
      if (ended !== undefined) throw startFailure(ended)
      if (performance.now() > deadline) {
        throw new CommandFailure(
          exitCodes.failed,
          'ERR_TIMEOUT',
          `The agents did not find each other within ${startTimeoutMs} ms.`,
          'See whether a firewall keeps processes of this machine apart.',
        )
      }
      await sleep(20, undefined, { signal })
    }
  }

  /**
   * All leave in good order; what does not in time is killed. One stays until the others are gone:
   * a member that leaves tells somebody, and would wait in vain if all left at once.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopping = true
    const last = this.reporter
    const late = setTimeout(() => {
      for (const child of this.children) child.stop('SIGKILL')
    }, stopTimeoutMs)
    await stop(this.children.filter((child) => child !== last))
    if (last !== undefined) await stop([last])
    clearTimeout(late)
  }
}

async function stop(children: readonly ChildAgent[]): Promise<void> {
  for (const child of children) child.stop('SIGTERM')
  await Promise.all(children.map((child) => child.exited))
}

function aliveIn(child: ChildAgent | undefined): number {
  return [...(child?.view.values() ?? [])].filter((member) => member.state === 'alive').length
}

function startFailure({ name, exit, narration }: ChildAgent): CommandFailure {
  const how = exit?.signal ?? `exit code ${exit?.code ?? '?'}`
  const why = narration.length === 0 ? '' : `:\n  ${narration.join('\n  ')}`
  return new CommandFailure(exitCodes.failed, 'ERR_CHILD', `${name} ended with ${how}${why}`)
}
