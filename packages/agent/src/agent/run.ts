import { CommandFailure, type ExitCode, exitCodes } from '../failure.ts'
import type { AgentEvent } from '../http/schemas.ts'
import { eventLine } from '../output/event-line.ts'
import type { Output } from '../output/output.ts'
import type { Sink } from '../output/streams.ts'
import type { EventLog } from './event-log.ts'
import { type RunningAgent, type StartOptions, startAgent } from './start.ts'

export interface RunOptions extends Omit<StartOptions, 'onLeaveAsked'> {
  readonly output: Output
  readonly stdout: Sink
  /** Fires when the agent is to leave. */
  readonly interrupted: AbortSignal
}

/** Events that may wait while nobody reads stdout; further ones are dropped, and that is told. */
const maxWaitingBytes = 4_194_304

const leaveTimeoutMs = 5_000
/** How long the first attempt to join may still take when the agent is to leave. */
const joinGraceMs = 1_000

/** The life of `hearsay agent`, from the sockets to the last farewell. */
export async function runAgent(options: RunOptions): Promise<ExitCode> {
  const { configuration, interrupted, log } = options
  const stopWriting = writeEvents(options)
  const asked = new AbortController()
  const running = await startAgent({ ...options, onLeaveAsked: () => asked.abort() })
  try {
    running.agent.announceReady(running.gossip, running.http)
    tellReady(running, options)
    const ended = AbortSignal.any([interrupted, asked.signal])
    const joining = joinFirst(running, options, delayed(ended, joinGraceMs))
    if (configuration.requireJoin) await joining
    else joining.catch((error: unknown) => log.error({ error: String(error) }, 'Joining failed.'))
    await aborted(ended)
    if (!asked.signal.aborted) {
      log.info('Leaving. A second signal ends this at once.')
      // Who is being joined knows us before we know it: told now, nobody would be.
      await joining.catch(() => undefined)
      await running.agent.leave(leaveTimeoutMs, false)
    }
    return exitCodes.done
  } finally {
    await running[Symbol.asyncDispose]()
    stopWriting()
  }
}

/** The first attempt to join: what was asked for, and who was known before. */
async function joinFirst(
  { agent, known }: RunningAgent,
  { configuration }: RunOptions,
  signal: AbortSignal,
): Promise<void> {
  const { joinTimeoutMs: timeoutMs, requireJoin } = configuration
  const addresses = [...new Set([...configuration.join, ...known])]
  if (addresses.length === 0) return
  try {
    const { reached, errors } = await agent.join(addresses, {
      timeoutMs,
      retry: !requireJoin,
      signal,
    })
    if (requireJoin && reached === 0) throw notJoined(addresses, errors[0]?.detail)
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

function notJoined(addresses: readonly string[], reason: string | undefined): CommandFailure {
  return new CommandFailure(
    exitCodes.unreachable,
    'ERR_JOIN',
    `None of ${addresses.join(', ')} could be joined${reason === undefined ? '.' : `: ${reason}`}`,
    'Without --require-join the agent keeps trying in the background.',
  )
}

/** Where the events are readable beside it, `ready` is one of them. */
function tellReady(
  { agent, gossip, http }: RunningAgent,
  { log, narratesEvents }: RunOptions,
): void {
  if (!narratesEvents) return
  log.info(`${agent.list.local.name} is ready: gossip at ${gossip}, HTTP API at http://${http}`)
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

/** Fires so much later than the given one; it does not keep the process alive. */
function delayed(signal: AbortSignal, delayMs: number): AbortSignal {
  const later = new AbortController()
  void aborted(signal).then(() => setTimeout(() => later.abort(signal.reason), delayMs).unref())
  return later.signal
}

/** Every event on stdout, as it happens. A reader that is gone or asleep does not stop the member. */
function writeEvents({ events, log, output, stdout }: RunOptions): () => void {
  let dropped = 0
  let isGone = false
  const onError = () => {
    if (!isGone) log.warn('Nobody reads the events on stdout any more; the agent goes on.')
    isGone = true
  }
  stdout.on('error', onError)
  return events.listen(({ json }) => {
    if (isGone) return
    if (stdout.writableLength > maxWaitingBytes) {
      dropped++
      return
    }
    if (dropped > 0) tellDropped(events, log, dropped)
    dropped = 0
    const readable = output.format === 'table'
    output.line(readable ? eventLine(JSON.parse(json) as AgentEvent, output.paint) : json)
  })
}

function tellDropped(events: EventLog, log: RunOptions['log'], dropped: number): void {
  const text = `${dropped} events were not written to stdout: it was not read fast enough.`
  log.warn(text)
  queueMicrotask(() => events.append({ event: 'warning', code: 'events-missed', text }))
}
