import { fileURLToPath } from 'node:url'
import type { AxeResults } from 'axe-core'
import axe from 'axe-core'
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium as launcher,
  type Page,
} from 'playwright-core'
import { expect } from 'vitest'
import { findChromium, howToGetChromium } from './chromium.mjs'

/** A browser, and pages in it that must not complain. */
export class Pages {
  #browser: Browser | undefined
  #contexts: BrowserContext[] = []
  readonly #complaints: string[] = []

  /** A page of a browser that knows nothing from before. */
  async open(url: string, options: BrowserContextOptions = {}): Promise<Page> {
    const chromium = findChromium()
    if (chromium === undefined) throw new Error(howToGetChromium)
    this.#browser ??= await launcher.launch({
      executablePath: chromium,
      args: ['--no-sandbox', '--disable-dev-shm-usage'],
    })
    const { origin } = new URL(url)
    const viewport = { width: 1280, height: 760 }
    const context = await this.#browser.newContext({ viewport, locale: 'en', ...options })
    this.#contexts.push(context)
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)
    page.on('pageerror', (error) => this.#complaints.push(String(error.stack)))
    page.on('request', (request) => {
      const isOurs = request.url().startsWith(origin) || request.url().startsWith('blob:')
      if (!isOurs) this.#complaints.push(`asked ${request.url()}`)
    })
    await page.goto(url)
    return page
  }

  /** Closes what a test opened; fails it for an error in a page, or a request to elsewhere. */
  async closeAll(): Promise<void> {
    await Promise.all(this.#contexts.map((context) => context.close()))
    this.#contexts = []
    expect(this.#complaints.splice(0)).toEqual([])
  }

  async stop(): Promise<void> {
    await this.#browser?.close()
  }
}

/** Leads to a view as a link would. */
export async function visit(page: Page, view: string): Promise<void> {
  await page.evaluate((to) => {
    location.hash = `#/${to}`
  }, view)
}

export function row(page: Page, name: string) {
  return page.locator('tbody tr', { has: page.getByText(name, { exact: true }) })
}

/** What axe finds wrong with the page as it is, in short. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResults> } }
    const { violations } = await axe.run()
    return violations.map(({ id, nodes }) => ({
      id,
      nodes: nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`),
    }))
  })
  return found.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).join('\n')}`)
}

/** Writes a picture for the documentation, where that is asked for. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env['HEARSAY_SCREENSHOTS']
  if (folder === undefined) return
  const path = fileURLToPath(new URL(`../../../${folder}/dashboard-${name}.png`, import.meta.url))
  await page.screenshot({ path })
}
