import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Agent, Cluster } from './agent.ts'
import { Pages, row, violations, visit } from './pages.ts'

const pages = new Pages()
const cluster = new Cluster()
let watched: Agent
let victim: Agent

beforeAll(async () => {
  const [first, second] = await cluster.start(['node-1', 'node-2', 'node-3'], '--meta', 'role=db')
  if (first === undefined || second === undefined) throw new Error('No cluster.')
  watched = first
  victim = second
})
afterEach(() => pages.closeAll())
afterAll(async () => {
  await pages.stop()
  await cluster.stop()
})

describe('the members', () => {
  it('are listed with state, address, round trip, incarnation, metadata and protocol', async () => {
    const page = await pages.open(watched.url)
    await expect.poll(() => page.locator('tbody tr').count()).toBe(3)
    const text = await row(page, 'node-2').innerText()
    expect(text).toContain('alive')
    expect(text).toContain(victim.gossip)
    expect(text).toContain('role=db')
    await expect.poll(() => row(page, 'node-2').innerText()).toMatch(/ ms/)
    expect(await row(page, 'node-1').innerText()).toContain('this one')
  })

  it('are found by name and filtered by state', async () => {
    const page = await pages.open(watched.url)
    await page.locator('[data-search]').fill('node-3')
    await expect.poll(() => page.locator('tbody tr').count()).toBe(1)
    await page.locator('[data-search]').fill('')
    await page.getByRole('button', { name: /^left/ }).click()
    await expect.poll(() => page.getByText('No member is like that.').count()).toBe(1)
    await page.getByRole('button', { name: 'Show all' }).click()
    await expect.poll(() => page.locator('tbody tr').count()).toBe(3)
  })

  it('are sorted by a column, either way', async () => {
    const page = await pages.open(watched.url)
    const names = () => page.locator('tbody .name').allInnerTexts()
    await page.getByRole('button', { name: 'Name' }).click()
    await expect.poll(names).toEqual(['node-1', 'node-2', 'node-3'])
    await page.getByRole('button', { name: 'Name' }).click()
    await expect.poll(names).toEqual(['node-3', 'node-2', 'node-1'])
    expect(await page.locator('th.column-name').getAttribute('aria-sort')).toBe('descending')
  })

  it('are pinged when asked to, from their details', async () => {
    const page = await pages.open(watched.url)
    await row(page, 'node-3').click()
    await page.getByRole('button', { name: 'Ping now' }).click()
    await expect.poll(() => page.getByText(/It answered after/).count()).toBe(1)
  })
})

describe('a member that is suspended', () => {
  it('is shown as suspect, by whom and for how much longer, then as failed, then as alive', async () => {
    const page = await pages.open(watched.url)
    await row(page, 'node-2').click()
    victim.signal('SIGSTOP')
    try {
      const panel = page.locator('.suspicion-panel')
      await panel.waitFor()
      expect(await panel.innerText()).toMatch(/\d+\.\d s left/)
      expect(await panel.innerText()).toMatch(/node-[13]/)
      expect(await row(page, 'node-2').innerText()).toContain('suspected by node-')
      expect(await violations(page)).toEqual([])
      const before = await seconds(page.locator('.suspicion-time').innerText())
      await expect
        .poll(() => seconds(page.locator('.suspicion-time').innerText()))
        .toBeLessThan(before)
      await expect.poll(() => row(page, 'node-2').innerText()).toContain('failed')
      expect(await page.locator('[data-live=urgent]').innerText()).toBe('Failed: node-2.')
    } finally {
      victim.signal('SIGCONT')
    }
    await expect.poll(() => row(page, 'node-2').innerText()).toContain('alive')
  })
})

describe('a member that is killed', () => {
  it('fails, which is told at once, and is alive again when it is started anew', async () => {
    const page = await pages.open(watched.url)
    await row(page, 'node-2').waitFor()
    await victim.kill()
    await expect.poll(() => row(page, 'node-2').innerText()).toContain('failed')
    await expect.poll(() => page.locator('.counts').innerText()).toMatch(/1\s*failed/)
    await visit(page, 'cluster')
    await page.getByText('The picture as text').click()
    await expect.poll(() => page.locator('.picture-text').innerText()).toContain('node-2')
    await visit(page, 'members')
    cluster.add(await victim.restart())
    await expect.poll(() => row(page, 'node-2').innerText()).toContain('alive')
    await visit(page, 'events')
    await expect.poll(() => page.locator('tbody').innerText()).toMatch(/fail/)
  })
})

async function seconds(text: Promise<string>): Promise<number> {
  return Number(/[\d.]+/.exec(await text)?.[0])
}
