import { Buffer } from 'node:buffer'
import { openStorage } from '../../src/storage/open-storage.ts'

/**
 * Writes `key-<n>` without end, a few at a time, as a busy store would, and says `stored <n>` for
 * each once it is durable. Takes the directory and the first number.
 */
const [directory = '', first = '0'] = process.argv.slice(2)
const storage = await openStorage(directory)
if (storage.damage !== undefined) process.stdout.write(`damage ${storage.damage.text}\n`)
process.stdout.write('open\n')
let next = Number(first)

async function write(): Promise<void> {
  for (;;) {
    const number = next++
    const text = Buffer.from(`key-${number}`)
    await storage.write({
      entries: [
        { key: text, record: Buffer.alloc(200, text) },
        { key: Buffer.from('same'), record: text },
        { key: Buffer.from(`key-${number - 5_000}`), record: undefined },
      ],
      meta: [['sequence', text]],
    })
    process.stdout.write(`stored ${number}\n`)
  }
}

await Promise.all(Array.from({ length: 32 }, write))
