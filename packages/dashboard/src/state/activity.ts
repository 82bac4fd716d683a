import { signal } from '@preact/signals'
import { EventStream, type StreamState } from '../api/event-stream.ts'
import type { Activity } from '../api/types.ts'
import { appendBounded } from '../logic/bounded-list.ts'
import { objectOf } from '../logic/json.ts'
import { browserClock } from './clock.ts'
import { client } from './session.ts'

export const activityStream = signal<StreamState>({ phase: 'stopped' })
/** The last batches, the newest last; what the text beside the picture is made of. */
export const recentActivity = signal<readonly Activity[]>([])
const maxBatches = 40

const listeners = new Set<(activity: Activity) => void>()

const stream = new EventStream({
  clock: browserClock,
  random: Math.random,
  open: (headers, signal) => client.call('v1/activity', { headers, signal }),
  onState: (state) => {
    activityStream.value = state
  },
  onMessage: ({ data }) => {
    const activity = objectOf(data) as Activity | undefined
    if (activity?.pings === undefined) return
    recentActivity.value = appendBounded(recentActivity.value, [activity], maxBatches)
    for (const listener of listeners) listener(activity)
  },
})

/** The agent reports only while somebody listens: what draws it says when it does. */
export function listenToActivity(listener: (activity: Activity) => void): () => void {
  if (listeners.size === 0) stream.start()
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) stream.stop()
  }
}
