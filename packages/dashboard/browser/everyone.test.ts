import type { Locator } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Cluster } from './agent.ts'
import { Pages, row, screenshot, violations, visit } from './pages.ts'

const pages = new Pages()
const cluster = new Cluster()
let url = ''

const names = ['api-1', 'api-2', 'cache-1', 'db-1', 'db-2', 'queue-1']

beforeAll(async () => {
  const agents = await cluster.start(names)
  url = agents[0]?.url ?? ''
  for (const agent of agents) {
    const { name } = agent
    const [role = ''] = name.split('-')
    await agent.call('self/meta', { method: 'PUT', body: `role=${role} zone=${name.slice(-1)}` })
    await agent.call(`kv/config%2F${name}`, { method: 'PUT', body: `limit=${name.length * 100}` })
  }
})
afterEach(() => pages.closeAll())
afterAll(async () => {
  await pages.stop()
  await cluster.stop()
})

const views = ['members', 'cluster', 'time-lines', 'keys', 'events', 'actions'] as const

describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
  it('axe finds no violation in any view', async () => {
    const page = await pages.open(url, { colorScheme })
    await row(page, 'db-1').waitFor()
    for (const view of views) {
      await visit(page, view)
      await page.locator('h1').waitFor()
      await page.waitForTimeout(300)
      expect(await violations(page), view).toEqual([])
    }
    await visit(page, 'members')
    await row(page, 'db-1').click()
    expect(await violations(page), 'details').toEqual([])
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
    expect(await violations(page), 'help').toEqual([])
  })

  it('has pictures for the documentation', async () => {
    const page = await pages.open(url, { colorScheme })
    const [, , , , victim] = cluster.agents
    victim?.signal('SIGSTOP')
    try {
      await row(page, 'db-2').click()
      await page.locator('.suspicion-panel').waitFor()
      await page.mouse.move(0, 0)
      await screenshot(page, `members-${colorScheme}`)
      await visit(page, 'cluster')
      await page.getByRole('button', { name: 'Write and follow' }).click()
      await expect.poll(() => page.locator('.bars li').count()).toBeGreaterThan(2)
      await screenshot(page, `cluster-${colorScheme}`)
    } finally {
      victim?.signal('SIGCONT')
    }
    await visit(page, 'time-lines')
    await page.getByRole('button', { name: '1 min' }).click()
    await expect.poll(() => page.locator('.plot canvas').count()).toBe(6)
    await screenshot(page, `time-lines-${colorScheme}`)
    await expect
      .poll(async () => (await page.locator('.counts').innerText()).replace(/\s+/g, ' '))
      .toContain('6 alive')
  })
})

describe('the language', () => {
  it('is that of the browser, until another is chosen, which is remembered', async () => {
    const page = await pages.open(url, { locale: 'zh-CN' })
    await page.getByRole('heading', { name: '成员' }).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN')
    for (const view of views) {
      await visit(page, view)
      expect(await violations(page), view).toEqual([])
    }
    await page.getByRole('button', { name: 'EN', exact: true }).click()
    await page.getByRole('heading', { name: 'Actions' }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: 'Actions' }).waitFor()
  })
})

describe('the theme', () => {
  it('is that of the system, until another is chosen, which is remembered', async () => {
    const page = await pages.open(url, { colorScheme: 'dark' })
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    const scheme = () =>
      page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
    const dark = await scheme()
    await page.getByRole('button', { name: 'Light' }).click()
    await expect.poll(scheme).not.toBe(dark)
    const light = await scheme()
    await page.reload()
    await expect.poll(scheme).toBe(light)
    expect(await ground()).toBeDefined()
  })
})

describe('a keyboard', () => {
  it('is enough: skip links, views, search, rows, details and back', async () => {
    const page = await pages.open(url)
    await row(page, 'db-1').waitFor()
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '')
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('Skip to the content')
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
    await page.keyboard.press('/')
    await page.keyboard.type('db-')
    await expect.poll(() => page.locator('tbody tr').count()).toBe(2)
    await page.keyboard.press('Escape')
    await expect.poll(() => page.locator('tbody tr').count()).toBe(6)
    await page.locator('tbody tr[tabindex="0"]').focus()
    await page.keyboard.press('ArrowDown')
    await expect.poll(focused).toContain('api-2')
    await page.keyboard.press('Enter')
    await page.locator('[data-details]').waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => page.locator('[data-details]').count()).toBe(0)
    await expect.poll(focused).toContain('api-2')
    for (const [index, view] of views.entries()) {
      await page.keyboard.press(String(index + 1))
      await expect.poll(() => page.url()).toContain(`#/${view}`)
    }
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
  })

  it('has no single keys as shortcuts where they are turned off', async () => {
    const page = await pages.open(url)
    await row(page, 'db-1').waitFor()
    await page.keyboard.press('?')
    await page.getByLabel('Single keys are shortcuts').uncheck()
    await page.keyboard.press('Escape')
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
    await page.keyboard.press('4')
    await page.keyboard.press('?')
    expect(await page.getByRole('dialog').count()).toBe(0)
    expect(page.url()).not.toContain('keys')
  })
})

describe('a phone', () => {
  it('shows every view without scrolling sideways, and whom an event is about', async () => {
    const page = await pages.open(url, { viewport: { width: 390, height: 844 } })
    await row(page, 'db-1').waitFor()
    for (const view of views) {
      await visit(page, view)
      await page.locator('h1').waitFor()
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      expect(over, view).toBeLessThanOrEqual(0)
    }
    await visit(page, 'events')
    await page.locator('.toggle', { hasText: 'join' }).first().click()
    const who = page.locator('.event-member', { hasText: 'cache-1' }).first()
    await expect.poll(() => who.isVisible()).toBe(true)
  })
})

describe('events', () => {
  it('are filtered by kind and text, and downloaded as ndjson', async () => {
    const page = await pages.open(`${url}/#/events`)
    await page.locator('.toggle', { hasText: 'join' }).first().click()
    await page.locator('[data-search]').fill('"cache-1"')
    await expect.poll(() => page.locator('tbody tr').count()).toBe(1)
    const downloading = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download ndjson' }).click()
    const download = await downloading
    expect(download.suggestedFilename()).toMatch(/^hearsay-events-.*\.ndjson$/)
    const stream = await download.createReadStream()
    let text = ''
    for await (const chunk of stream) text += String(chunk)
    expect(
      text
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as Told).event),
    ).toEqual(['join'])
  })
})

describe('time lines', () => {
  it('have the last minutes of the agent, in numbers too, and go on', async () => {
    const page = await pages.open(`${url}/#/time-lines`)
    await expect.poll(() => page.locator('.plot canvas').count()).toBe(6)
    const packets = page.locator('.chart', { hasText: 'Packets' })
    await expect.poll(() => packets.innerText()).toMatch(/in\s+[\d.]+\/s\s+max [\d.]+\/s/)
    expect(await isDrawn(packets.locator('canvas'))).toBe(true)
    const asked = page.waitForRequest(/v1\/history\?since=\d+/)
    await page.getByRole('button', { name: '5 min', exact: true }).click()
    await asked
    await expect.poll(() => packets.locator('canvas').count()).toBe(1)
  })
})

describe('the list of events', () => {
  it('is held while it is read, and tells how many came meanwhile', async () => {
    const page = await pages.open(`${url}/#/events`)
    await page.locator('tbody tr').first().waitFor()
    await page.getByRole('button', { name: 'Hold' }).click()
    const before = await page.locator('tbody tr').first().innerText()
    await cluster.agents[1]?.call('self/meta', { method: 'PUT', body: 'role=api zone=9' })
    await expect.poll(() => page.getByText(/Go on \([1-9]/).count()).toBe(1)
    expect(await page.locator('tbody tr').first().innerText()).toBe(before)
    await page.getByText(/Go on/).click()
    await expect.poll(() => page.locator('tbody').innerText()).toContain('zone=9')
  })
})

describe('with reduced motion', () => {
  it('nothing moves, and the picture is drawn', async () => {
    const page = await pages.open(`${url}/#/cluster`, { reducedMotion: 'reduce' })
    await page.getByText('The picture as text').click()
    await expect.poll(() => page.locator('.picture-text').innerText()).toMatch(/probes [1-9]/)
  })
})

/** Whether anything of a canvas is not see-through. */
function isDrawn(canvas: Locator): Promise<boolean> {
  return canvas.evaluate((element) => {
    if (!(element instanceof HTMLCanvasElement)) return false
    const { width, height } = element
    const pixels = element.getContext('2d')?.getImageData(0, 0, width, height).data ?? []
    return pixels.some((value) => value > 0)
  })
}

interface Told {
  readonly event: string
}
