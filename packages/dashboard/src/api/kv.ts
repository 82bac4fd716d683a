import type { CallOptions, Client } from './client.ts'
import type { KeyPage } from './types.ts'

export interface KeyValue {
  readonly bytes: Uint8Array
  readonly version: string
  readonly origin: string
  readonly modifiedAt: string | undefined
  readonly expiresAt: string | undefined
}

export interface WriteOptions {
  /** Write only if the key is at this version; null: only if there is no such key. */
  readonly ifVersion?: string | null | undefined
  readonly ttl?: string | undefined
  /** How many other members are to have it before the answer. */
  readonly acks?: number | undefined
}

/** The keys of the store, through the agent's API. */
export class KeyApi {
  readonly #client: Client

  constructor(client: Client) {
    this.#client = client
  }

  list(prefix: string, limit: number, after?: string): Promise<KeyPage> {
    const query = new URLSearchParams({ prefix, limit: String(limit) })
    if (after !== undefined) query.set('after', after)
    return this.#client.json<KeyPage>(`v1/kv?${query.toString()}`)
  }

  async read(key: string, signal?: AbortSignal): Promise<KeyValue> {
    const response = await this.#client.call(pathOf(key), { signal })
    const { headers } = response
    return {
      bytes: new Uint8Array(await response.arrayBuffer()),
      version: versionOf(response) ?? '',
      origin: decodeURIComponent(headers.get('hearsay-origin') ?? ''),
      modifiedAt: headers.get('hearsay-modified-at') ?? undefined,
      expiresAt: headers.get('hearsay-expires-at') ?? undefined,
    }
  }

  /** @returns the new version */
  async write(key: string, value: Uint8Array<ArrayBuffer>, options: WriteOptions): Promise<string> {
    const query = new URLSearchParams()
    if (options.ttl) query.set('ttl', options.ttl)
    if (options.acks !== undefined && options.acks > 0) query.set('acks', String(options.acks))
    const search = query.size > 0 ? `?${query.toString()}` : ''
    const { version } = await this.#client.json<{ version: string }>(`${pathOf(key)}${search}`, {
      method: 'PUT',
      body: value,
      headers: conditions(options.ifVersion),
      timeoutMs: 30_000,
    })
    return version
  }

  async delete(key: string, ifVersion?: string): Promise<void> {
    await this.#client.call(pathOf(key), { method: 'DELETE', headers: conditions(ifVersion) })
  }

  watch(prefix: string, options: CallOptions): Promise<Response> {
    const query = new URLSearchParams({ prefix, watch: '' })
    return this.#client.call(`v1/kv?${query.toString()}`, options)
  }
}

function pathOf(key: string): string {
  return `v1/kv/${encodeURIComponent(key)}`
}

function versionOf({ headers }: Response): string | undefined {
  return headers.get('etag')?.replace(/^(W\/)?"|"$/g, '')
}

function conditions(ifVersion: string | null | undefined): Record<string, string> {
  if (ifVersion === undefined) return {}
  return ifVersion === null ? { 'if-none-match': '*' } : { 'if-match': `"${ifVersion}"` }
}
