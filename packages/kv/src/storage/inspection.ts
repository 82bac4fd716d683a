import { Buffer } from 'node:buffer'
import { KvError } from '../errors.ts'
import { checksumOf, recordOf, spaces, storedKey } from './checked-record.ts'
import { type Database, reasonOf, scan } from './database.ts'
import { decodeLine, Ledger } from './ledger.ts'

export const ledgerKey = storedKey(spaces.ledger, Buffer.alloc(0))

/** What a look at every record found. */
export interface Inspection {
  readonly ledger: Ledger
  readonly meta: Map<string, Uint8Array>
  /** What is wrong, as the middle of a sentence; undefined when nothing is. */
  readonly fault: string | undefined
}

/**
 * Reads all there is and holds it against the ledger, and the ledger against the witness.
 * `confirmed` is the witness's number, undefined when the witness itself is broken.
 * @throws KvError when a later version of this program wrote it
 */
export async function inspect(
  database: Database,
  confirmed: number | undefined,
): Promise<Inspection> {
  const ledger = new Ledger()
  const meta = new Map<string, Uint8Array>()
  let line = decodeLine(Buffer.alloc(0))
  let broken = 0
  let fault: string | undefined
  try {
    for await (const pairs of scan(database)) {
      for (const [key, value] of pairs) {
        const record = recordOf(key, value)
        if (record === undefined) broken++
        else if (key[0] === spaces.ledger) line = decodeLine(record)
        else ledger.set(key, checksumOf(value))
        if (record !== undefined && key[0] === spaces.meta) {
          meta.set(key.toString('utf8', 1), Uint8Array.from(record))
        }
      }
    }
  } catch (error) {
    fault = reasonOf(error).text
  }
  if (line === 'newer') throw newerVersion(database.location)
  const agrees = ledger.agreesWith(line ?? { sequence: 0, count: 0, sum: 0 })
  if (broken > 0) fault ??= `${broken} of its records ${broken === 1 ? 'is' : 'are'} broken`
  if (!agrees) fault ??= 'records are missing from it'
  if (confirmed === undefined) fault ??= 'the count of its writes is broken'
  else if (ledger.line.sequence < confirmed) {
    fault ??= `its last ${confirmed - ledger.line.sequence} writes are missing`
  }
  return { ledger, meta, fault }
}

function newerVersion(path: string): KvError {
  return new KvError(
    'ERR_KV_STORAGE',
    `${path} was written by a later version of hearsay; run that version, or give another directory.`,
    { reason: 'version', path },
  )
}
