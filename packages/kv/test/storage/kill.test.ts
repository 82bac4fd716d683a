import { Buffer } from 'node:buffer'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { openStorage } from '../../src/storage/open-storage.ts'
import { contents, temporaryDirectory } from './contents.ts'

const fromSources = fileURLToPath(new URL('../../../../scripts/typescript.mjs', import.meta.url))
const program = join(import.meta.dirname, 'writer-process.ts')

/** Lets a process write until it has said `stored` so often, and kills it in the middle of things. */
async function writeAndKill(directory: string, first: number, stored: number) {
  const child = spawn(process.execPath, ['--import', fromSources, program, directory, `${first}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = new Promise((resolve) => child.once('close', (_code, signal) => resolve(signal)))
  const lines: string[] = []
  // Whatever is still in the pipe after the kill was said before it, and counts.
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line)
    if (lines.length === stored) child.kill('SIGKILL')
  }
  expect(await ended).toBe('SIGKILL')
  expect(lines[0]).toBe('open')
  return lines.slice(1).map((line) => Number(/^stored (\d+)$/.exec(line)?.[1]))
}

test('what was said to be stored is there after every kill in the middle of writes', async () => {
  const directory = temporaryDirectory()
  const confirmed = new Set<number>()
  let next = 0
  for (let life = 0; life < 5; life++) {
    for (const number of await writeAndKill(directory, next, 150 + life * 147)) {
      confirmed.add(number)
    }
    const storage = await openStorage(directory)
    expect(storage.damage).toBeUndefined()
    const found = await contents(storage)
    const missing = [...confirmed].filter((number) => found[`key-${number}`]?.length !== 200)
    expect(missing).toEqual([])
    const last = Number(found.same?.slice('key-'.length))
    expect(last).toBeGreaterThanOrEqual(Math.max(...confirmed))
    // Batches take effect whole: the meta and the entry that each of them wrote agree.
    expect(Buffer.from(storage.readMeta('sequence') ?? []).toString()).toBe(found.same)
    await storage.close()
    next = last + 1
  }
})

test('a directory is free again as soon as its process is killed, and not before', async () => {
  const directory = temporaryDirectory()
  const child = spawn(process.execPath, ['--import', fromSources, program, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = new Promise((resolve) => child.once('exit', resolve))
  await new Promise((resolve) => child.stdout.once('data', resolve))
  await expect(openStorage(directory)).rejects.toMatchObject({ data: { reason: 'in-use' } })
  child.stdout.resume()
  child.kill('SIGKILL')
  await ended
  const storage = await openStorage(directory)
  expect(storage.damage).toBeUndefined()
  await storage.close()
})
