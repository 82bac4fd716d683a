import { kvLimits } from '@hearsay/kv'
import type { ApiClient } from '../client/api-client.ts'
import { byteSizeText } from '../configuration/byte-size.ts'
import { clientFlags } from '../configuration/common-flags.ts'
import { single, wholeNumber } from '../configuration/flag.ts'
import { exitCodes } from '../failure.ts'
import { type KvEntryJson, kvEntrySchema, kvListSchema } from '../http/schemas/kv.ts'
import { ageText } from '../output/age.ts'
import type { Cell } from '../output/table.ts'
import { clientOf, command, outputOf } from './command.ts'
import { queryText } from './kv-key.ts'

const flags = {
  ...clientFlags,
  prefix: single('TEXT', 'only keys that begin with it', (text) => text),
  limit: single('N', 'at most so many', wholeNumber(1, 1_000_000_000), { defaultText: 'all' }),
  after: single('KEY', 'only keys that come after this one', (text) => text),
}

export const kvListCommand = command({
  flags,
  examples: [
    ['hearsay kv list', 'all keys on the agent at 127.0.0.1:4001'],
    ['hearsay kv list --prefix config/ --limit 20 -o ndjson', 'some, an object a line'],
  ],
  run: async (invocation) => {
    const output = outputOf(invocation)
    const entries: KvEntryJson[] = []
    for await (const page of pages(clientOf(invocation), invocation.values)) {
      // As they come, where nothing has to wait for the widest of them.
      if (output.format === 'ndjson') for (const entry of page) output.json(entry)
      else entries.push(...page)
    }
    if (output.format !== 'ndjson') output.list(entries, headings, cells)
    return exitCodes.done
  },
})

const headings = ['KEY', 'SIZE', 'VERSION', 'FROM', 'WRITTEN', 'EXPIRES']

function cells({ key, bytes, version, origin, modifiedAt, expiresAt }: KvEntryJson): Cell[] {
  const now = Date.now()
  return [
    key,
    byteSizeText(bytes),
    version,
    origin,
    `${ageText(now - Date.parse(modifiedAt))} ago`,
    expiresAt === undefined ? '' : `in ${ageText(Date.parse(expiresAt) - now)}`,
  ]
}

const pageSchema = kvListSchema.loose().extend({ entries: kvEntrySchema.loose().array() })

async function* pages(
  client: ApiClient,
  { prefix, limit = Number.POSITIVE_INFINITY, after: first }: ListChoices,
): AsyncGenerator<readonly KvEntryJson[]> {
  let after = first
  for (let left = limit; left > 0; ) {
    const query = queryText({ prefix, after, limit: Math.min(left, kvLimits.pageEntries) })
    const { entries, next } = await client.call({ path: `/v1/kv${query}` }, pageSchema)
    yield entries
    if (next === undefined) return
    after = next
    left -= entries.length
  }
}

interface ListChoices {
  readonly prefix: string | undefined
  readonly limit: number | undefined
  readonly after: string | undefined
}
