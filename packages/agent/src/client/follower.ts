import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { readDuration } from '../configuration/duration.ts'
import { defaulted } from '../configuration/flag.ts'
import { CommandFailure, exitCodes } from '../failure.ts'
import type { ApiClient } from './api-client.ts'
import { type ReceivedEvent, readEvents } from './event-reader.ts'

/** The flag of every command that follows a stream. */
export const reconnectFlag = defaulted(
  'TIME',
  'how long to try again when the agent is gone; 0 ends at once',
  readDuration(0, 86_400_000),
  '10s',
)

export interface Followed {
  readonly path: string
  /** Where to begin; without it from now on. */
  readonly lastId: string | undefined
  /** Whether nothing comes after this one. */
  readonly isLast?: (data: string) => boolean
}

/** Reads a stream, and again from the last id on when it breaks. */
export async function* follow(
  client: ApiClient,
  { path, lastId: first, isLast = () => false }: Followed,
  patienceMs: number,
  signal: AbortSignal,
): AsyncGenerator<ReceivedEvent> {
  let lastId = first
  const open = () => {
    const headers = lastId === undefined ? {} : { 'last-event-id': lastId }
    return client.open({ path, headers })
  }
  let stream = await open()
  while (true) {
    try {
      for await (const event of readEvents(stream)) {
        lastId = event.id ?? lastId
        yield event
        if (isLast(event.data)) return
      }
    } catch (error) {
      if (signal.aborted) throw error
    }
    stream = await openAgain(open, patienceMs, signal)
  }
}

async function openAgain(
  open: () => Promise<IncomingMessage>,
  patienceMs: number,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const deadline = performance.now() + patienceMs
  for (let waitMs = 100; ; waitMs = Math.min(waitMs * 2, 2_000)) {
    try {
      return await open()
    } catch (error) {
      const isGone = error instanceof CommandFailure && error.exitCode === exitCodes.unreachable
      if (!isGone || performance.now() + waitMs > deadline) throw error
      await sleep(waitMs, undefined, { signal })
    }
  }
}
