import type { Change, KeyValueStore } from '@hearsay/kv'
import { bytesJson } from '../agent/member-json.ts'
import { type EventStreams, frame } from './event-streams.ts'
import { type KvChangeJson, maxWatchedValueBytes } from './schemas/kv.ts'

/** Changes of one key or of a prefix: from now on, or from where a reader was. */
export function watchStream(
  streams: EventStreams,
  store: KeyValueStore,
  what: { readonly key: string } | { readonly prefix: string },
  request: Request,
  given: string | undefined,
): Response {
  if (request.method === 'HEAD') return streams.head()
  const since = request.headers.get('last-event-id') ?? given
  return streams.response((reader) => {
    const gone = new AbortController()
    const from = since === undefined ? {} : { since }
    const watched = store.watch({ ...what, ...from, signal: gone.signal })
    const send = async () => {
      try {
        for await (const change of watched) {
          reader.send(frame(change.cursor, JSON.stringify(changeJson(change))))
          // The store keeps what comes meanwhile, within its own bound.
          await reader.room()
        }
      } catch {
        // The reader is gone, or the store is closed: either way the stream ends.
      }
      reader.end()
    }
    void send()
    return () => gone.abort()
  })
}

function changeJson(change: Change): KvChangeJson {
  if (change.type === 'reset') return { type: 'reset' }
  const { key, version, origin } = change
  if (change.type !== 'put') return { type: change.type, key, version, origin }
  const { value, expiresAt } = change
  return {
    type: 'put',
    key,
    version,
    origin,
    bytes: value.length,
    ...(value.length <= maxWatchedValueBytes && { value: bytesJson(value) }),
    ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
  }
}
