import { type ExitCode, exitCodes } from '../failure.ts'
import type { AgentEvent } from '../http/schemas.ts'
import type { Output } from '../output/output.ts'
import { openPage } from './browser.ts'
import type { ChildAgent } from './child-agent.ts'
import { type SharedKey, shareKeys } from './shared-keys.ts'
import { Supervisor } from './supervisor.ts'

/** What shows a cluster: a live table, or lines. */
export interface ClusterShow {
  begin(supervisor: Supervisor): void
  /** All agents see each other. */
  ready(): void
  /** Keys that were written on one agent and read on the others. */
  shared(keys: readonly SharedKey[]): void
  event(child: ChildAgent, event: AgentEvent): void
  exited(child: ChildAgent): void
  stopping(): void
  end(): void
}

export interface ClusterOptions {
  readonly nodes: number
  readonly flags: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly interrupted: AbortSignal
  /** Whether the dashboard is opened in a browser. */
  readonly opensDashboard: boolean
  readonly show: ClusterShow
  readonly output: Output
}

/** The life of `hearsay cluster`: it ends when it is told to, or when no agent runs any more. */
export async function runCluster(options: ClusterOptions): Promise<ExitCode> {
  const { interrupted, show, output, flags, nodes, environment } = options
  const nobodyLeft = new AbortController()
  const command = [process.execPath, ...process.execArgv, process.argv[1] ?? '']
  const supervisor = new Supervisor({
    launch: { command, environment },
    nodes,
    flags: ['--log-level', 'error', ...flags],
    onEvent: (child, event) => show.event(child, event),
    onExit: (child) => {
      show.exited(child)
      if (supervisor.children.every((each) => !each.isRunning)) nobodyLeft.abort()
    },
  })
  try {
    show.begin(supervisor)
    await supervisor.start(interrupted)
    show.ready()
    await introduce(supervisor, options)
    await aborted(AbortSignal.any([interrupted, nobodyLeft.signal]))
  } catch (error) {
    if (!interrupted.aborted) throw error
  } finally {
    show.stopping()
    await supervisor[Symbol.asyncDispose]()
    show.end()
  }
  if (interrupted.aborted) return exitCodes.done
  output.narrate('No agent runs any more.')
  return exitCodes.failed
}

/** What there is to see: keys that all have, and the dashboard. A failure here ends nothing. */
async function introduce(
  { children, reporter }: Supervisor,
  { interrupted, opensDashboard, output, show }: ClusterOptions,
): Promise<void> {
  const reached = children.flatMap(({ name, ready }) =>
    ready === undefined ? [] : [{ name, http: ready.http }],
  )
  try {
    show.shared(await shareKeys(reached, interrupted))
  } catch (error) {
    if (interrupted.aborted) return
    output.narrate(`Keys could not be tried out: ${String(error)}`)
  }
  const http = reporter?.ready?.http
  if (!opensDashboard || http === undefined) return
  const failure = await openPage(`http://${http}/`)
  if (failure !== undefined) output.narrate(failure)
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
