import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Agent, Cluster } from './agent.ts'
import { Pages, row, violations, visit } from './pages.ts'

const pages = new Pages()
const cluster = new Cluster()
let here: Agent
let there: Agent

beforeAll(async () => {
  const [first, second] = await cluster.start(
    ['node-1', 'node-2', 'node-3'],
    '--kv-max-bytes',
    '1MiB',
  )
  if (first === undefined || second === undefined) throw new Error('No cluster.')
  here = first
  there = second
})
afterEach(() => pages.closeAll())
afterAll(async () => {
  await pages.stop()
  await cluster.stop()
})

const read = async (agent: Agent, key: string): Promise<string> =>
  (await agent.call(`kv/${encodeURIComponent(key)}`)).text()
const put = (agent: Agent, key: string, body: RequestInit['body']) =>
  agent.call(`kv/${encodeURIComponent(key)}`, { method: 'PUT', body: body ?? null })

describe('a key', () => {
  it('that is written on the page is read from another agent', async () => {
    const page = await pages.open(`${here.url}/#/keys`)
    await page.getByRole('button', { name: 'New key' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Key', { exact: true }).fill('app/colour')
    await dialog.getByLabel('Value', { exact: true }).fill('blue')
    expect(await violations(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Save' }).click()
    await row(page, 'app/colour').waitFor()
    await expect.poll(() => read(there, 'app/colour')).toBe('blue')
    await expect.poll(() => page.locator('.facts').innerText()).toMatch(/Written by\s+node-1/)
  })

  it('that is written elsewhere appears and changes while it is watched', async () => {
    const page = await pages.open(`${here.url}/#/keys`)
    await put(there, 'watched', 'one')
    await row(page, 'watched').click()
    const value = page.getByLabel('Value', { exact: true })
    await expect.poll(() => value.inputValue()).toBe('one')
    await put(there, 'watched', 'two')
    await expect.poll(() => value.inputValue()).toBe('two')
    await there.call('kv/watched', { method: 'DELETE' })
    await expect.poll(() => page.getByText('The key is not there any more.').count()).toBe(1)
    await expect.poll(() => row(page, 'watched').count()).toBe(0)
  })

  it('that was changed meanwhile is not written over unasked', async () => {
    await put(here, 'shared', 'first')
    const page = await pages.open(`${here.url}/#/keys/shared`)
    const value = page.getByLabel('Value', { exact: true })
    await expect.poll(() => value.inputValue()).toBe('first')
    await value.fill('mine')
    await put(here, 'shared', 'theirs')
    await page.getByText('The value was changed meanwhile').waitFor()
    await page.getByRole('button', { name: 'Save' }).click()
    await expect.poll(() => page.locator('.details').innerText()).toContain('ERR_KV_CONDITION')
    expect(await read(here, 'shared')).toBe('theirs')
    await page.getByRole('button', { name: 'Write over it' }).click()
    await expect.poll(() => read(here, 'shared')).toBe('mine')
  })

  it('is deleted after a question', async () => {
    await put(here, 'doomed', 'x')
    const page = await pages.open(`${here.url}/#/keys/doomed`)
    await page.getByRole('button', { name: 'Delete the key' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => dialog.count()).toBe(0)
    expect(await read(here, 'doomed')).toBe('x')
    await page.getByRole('button', { name: 'Delete the key' }).click()
    await dialog.getByRole('button', { name: 'Delete the key' }).click()
    await expect.poll(async () => (await there.call('kv/doomed')).status).toBe(404)
  })

  it('with bytes that are no text is shown by size and in hexadecimal', async () => {
    await put(
      here,
      'binary',
      Uint8Array.from({ length: 2_000 }, (_, index) => index % 256),
    )
    const page = await pages.open(`${here.url}/#/keys/binary`)
    await expect.poll(() => page.locator('.bytes').innerText()).toContain('000010  10 11 12 13')
    expect(await page.locator('.details').innerText()).toContain('2 kB (2000 bytes)')
    expect(await violations(page)).toEqual([])
  })

  it('is found by its prefix, a page at a time', async () => {
    const keys = Array.from({ length: 250 }, (_, index) => `many/${String(index).padStart(3, '0')}`)
    await Promise.all(keys.map((key) => put(here, key, 'x')))
    const page = await pages.open(`${here.url}/#/keys`)
    await page.locator('[data-search]').fill('many/')
    await expect.poll(() => page.getByText('the first 200 keys').count()).toBe(1)
    await page.getByRole('button', { name: 'More keys' }).click()
    await expect.poll(() => page.getByText('250 keys').count()).toBe(1)
  })
})

describe('a write that is followed', () => {
  it('tells which members have it, and after how long', async () => {
    const page = await pages.open(`${here.url}/#/cluster`)
    await page.getByRole('button', { name: 'Write and follow' }).click()
    await expect.poll(() => page.locator('.spread-count').innerText()).toContain('2 of 2')
    expect(await page.locator('.bars').innerText()).toMatch(/node-2\s+[\d.]+ ms/)
    await page.getByRole('button', { name: 'Replay slowly' }).click()
    expect(await violations(page)).toEqual([])
  })
})

describe('a store that is full', () => {
  it('is told, with why a write failed and what to do', async () => {
    const page = await pages.open(`${here.url}/#/keys`)
    for (let index = 0; index < 30; index++) {
      const { status } = await put(here, `big/${index}`, new Uint8Array(100_000))
      if (status === 507) break
    }
    await page.getByRole('button', { name: 'New key' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Key', { exact: true }).fill('no/room')
    await dialog.getByLabel('Value', { exact: true }).fill('x'.repeat(100_000))
    await dialog.getByRole('button', { name: 'Save' }).click()
    await expect.poll(() => dialog.innerText()).toContain('ERR_KV_FULL')
    expect(await dialog.innerText()).toContain('--kv-max-bytes')
    await page.keyboard.press('Escape')
    await expect.poll(() => page.getByText('The store is full').count()).toBe(1)
    expect(await violations(page)).toEqual([])
    await visit(page, 'events')
    await expect.poll(() => page.locator('tbody').innerText()).toContain('kv-full')
  })
})
