import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Pages, violations } from '../../dashboard/browser/pages.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'hearsay-report-'))
// A page that asks for anything but itself fails the test: see `Pages`.
const pages = new Pages()
let server: Server
let origin = ''

/** Makes a report as a user does. */
function sim(name: string, ...flags: string[]): number | null {
  const program = ['--import', './scripts/typescript.mjs', 'packages/agent/src/main.ts', 'sim']
  const file = join(folder, `${name}.html`)
  return spawnSync(process.execPath, [...program, ...flags, '--report', file], { cwd: root }).status
}

beforeAll(async () => {
  const common = ['--seed', '7', '--nodes', '24', '--loss', '5%']
  expect(sim('crash', ...common, '--runs', '3')).toBe(0)
  expect(sim('sweep', ...common, '--runs', '2', '--sweep', 'probeIntervalMs=500,1000,2000')).toBe(0)
  server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(readFileSync(join(folder, `${request.url ?? ''}.html`)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(() => pages.closeAll())
afterAll(async () => {
  await pages.stop()
  server.close()
  rmSync(folder, { recursive: true })
})

const canvas = (page: Page) => page.locator('canvas')
const cursor = (page: Page) => page.locator('#cursor')

/** How many pixels of the picture have another colour than the ground. */
function painted(page: Page): Promise<number> {
  return canvas(page).evaluate((element) => {
    const { width, height } = element as HTMLCanvasElement
    const context = (element as HTMLCanvasElement).getContext('2d')
    const data = context?.getImageData(0, 0, width, height).data ?? []
    let count = 0
    for (let at = 0; at < data.length; at += 4) if (data[at] !== data[0]) count++
    return count
  })
}

async function picture(page: Page, name: string): Promise<void> {
  const target = process.env['HEARSAY_SCREENSHOTS']
  if (target === undefined) return
  await page.screenshot({ path: join(root, target, `report-${name}.png`) })
}

describe('The report of one set of settings', () => {
  it('shows results, plots, the seed and the command, accessibly', async () => {
    const page = await pages.open(`${origin}/crash`)
    await page.getByRole('heading', { name: 'crash, 24 members' }).waitFor()
    expect(
      await page.getByText('hearsay sim --nodes 24 --loss 0.05 --seed 7 --runs 3').count(),
    ).toBe(1)
    expect(await page.locator('svg.chart').count()).toBe(2)
    expect(await page.getByRole('rowheader', { name: /^first detection/ }).count()).toBe(1)
    expect(await violations(page)).toEqual([])
    await picture(page, 'results')
  })

  it('draws one run in time and space, which moves and zooms by keys', async () => {
    const page = await pages.open(`${origin}/crash`)
    await canvas(page).scrollIntoViewIfNeeded()
    await expect.poll(() => painted(page)).toBeGreaterThan(10_000)
    await page.locator('#time-space').scrollIntoViewIfNeeded()
    await picture(page, 'time-space')
    await canvas(page).focus()
    await page.keyboard.press('ArrowDown')
    await expect.poll(() => cursor(page).textContent()).toMatch(/believes member-\d{5} alive/)
    await page.keyboard.press('n')
    await expect.poll(() => cursor(page).textContent()).toMatch(/believes member-\d{5} suspect/)
    await page.keyboard.press('n')
    await expect.poll(() => cursor(page).textContent()).toMatch(/believes member-\d{5} failed/)
    const before = await painted(page)
    for (let press = 0; press < 6; press++) await page.keyboard.press('+')
    await expect.poll(() => painted(page)).not.toBe(before)
    const zoomed = await painted(page)
    await page.keyboard.press('ArrowLeft')
    await expect.poll(() => painted(page)).not.toBe(zoomed)
    await page.keyboard.press('Home')
    expect(await violations(page)).toEqual([])
  })

  it('shows the picture to a pointer, too, and hides messages', async () => {
    const page = await pages.open(`${origin}/crash`)
    await canvas(page).scrollIntoViewIfNeeded()
    await expect.poll(() => painted(page)).toBeGreaterThan(10_000)
    const before = await painted(page)
    await page.getByLabel('messages', { exact: true }).uncheck()
    await expect.poll(() => painted(page)).not.toBe(before)
    await canvas(page).click({ position: { x: 400, y: 200 } })
    await expect.poll(() => cursor(page).textContent()).toMatch(/^\d+\.\d{3} s: member-/)
    const hidden = await painted(page)
    await page.mouse.wheel(0, -400)
    await expect.poll(() => painted(page)).not.toBe(hidden)
  })

  it('tells the same as a list, and the settings', async () => {
    const page = await pages.open(`${origin}/crash`)
    await page.getByText('The same as a list').click()
    await expect.poll(() => page.locator('ol.story li').count()).toBeGreaterThan(24)
    await page.getByText('All settings').click()
    await page.getByRole('rowheader', { name: /^probeIntervalMs/ }).waitFor()
    expect(await violations(page)).toEqual([])
  })
})

describe('The report of a sweep', () => {
  it('holds the settings side by side, marks the Pareto set and draws the trade-off', async () => {
    const page = await pages.open(`${origin}/sweep`, { colorScheme: 'dark' })
    await page.getByRole('heading', { name: 'The trade-off' }).waitFor()
    expect(await page.getByRole('columnheader', { name: /★/ }).count()).toBeGreaterThan(0)
    expect(await page.locator('svg.chart .chosen').count()).toBeGreaterThan(0)
    expect(await page.getByText(/B {2}probeIntervalMs=1000/).count()).toBe(1)
    expect(await violations(page)).toEqual([])
    await page.getByRole('heading', { name: 'The trade-off' }).scrollIntoViewIfNeeded()
    await picture(page, 'trade-off')
  })

  it('fits a narrow screen', async () => {
    const page = await pages.open(`${origin}/sweep`, { viewport: { width: 390, height: 800 } })
    await page.getByRole('heading', { name: 'Side by side' }).waitFor()
    const width = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(width).toBeLessThanOrEqual(390)
    expect(await violations(page)).toEqual([])
  })
})
