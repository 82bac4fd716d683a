import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Agent, Cluster } from './agent.ts'
import { Pages, row, violations } from './pages.ts'

const pages = new Pages()
const cluster = new Cluster()
const token = 'a-token-that-nobody-guesses'

beforeAll(() => cluster.start(['node-1', 'node-2']))
afterEach(() => pages.closeAll())
afterAll(async () => {
  await pages.stop()
  await cluster.stop()
})

const first = (): Agent => {
  const [agent] = cluster.agents
  if (agent === undefined) throw new Error('No agent.')
  return agent
}

describe('an agent that asks for a token', () => {
  it('is shown nothing of before the right one is given, which is kept for the tab', async () => {
    const agent = cluster.add(await Agent.start('guarded', '--token', token))
    const page = await pages.open(agent.url)
    await page.getByText('This agent asks for a token').waitFor()
    expect(await page.locator('nav').count()).toBe(0)
    expect(await violations(page)).toEqual([])
    await page.getByLabel('Token').fill('a wrong one')
    await page.keyboard.press('Enter')
    await page.getByText('The agent does not take this token.').waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByLabel('Token').fill(token)
    await page.keyboard.press('Enter')
    await row(page, 'guarded').waitFor()
    expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain(token)
    await page.reload()
    await row(page, 'guarded').waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByText('This agent asks for a token').waitFor()
  })
})

describe('an agent that ends', () => {
  it('leaves its last picture, greyed and dated, until it is back', async () => {
    const agent = first()
    const page = await pages.open(agent.url)
    await row(page, 'node-2').waitFor()
    await agent.kill()
    await page.getByText('The agent does not answer.').first().waitFor()
    const banner = page.locator('main > .banner')
    await expect.poll(() => banner.innerText()).toMatch(/What you see is of \d\d:\d\d:\d\d/)
    await expect.poll(() => banner.innerText()).toMatch(/Next attempt in \d+ s|Trying now/)
    expect(await page.locator('main').getAttribute('data-stale')).toBe('')
    expect(await row(page, 'node-2').count()).toBe(1)
    expect(await page.locator('[data-live=urgent]').innerText()).toBe('The agent does not answer.')
    expect(await violations(page)).toEqual([])
    cluster.add(await agent.restart())
    await page.getByText('live', { exact: true }).first().waitFor()
    await expect.poll(() => page.locator('main').getAttribute('data-stale')).toBe(null)
  })

  it('that stands still is noticed too, though its connections are open', async () => {
    const agent = cluster.add(await Agent.start('still'))
    const page = await pages.open(agent.url)
    await row(page, 'still').waitFor()
    agent.signal('SIGSTOP')
    await page.getByText('The agent does not answer.').first().waitFor()
    agent.signal('SIGCONT')
    await page.getByText('live', { exact: true }).first().waitFor()
  })

  it('is let go by a page that nobody sees, and taken up again when somebody does', async () => {
    const page = await pages.open(first().url)
    await row(page, 'node-2').waitFor()
    await page.clock.install()
    const see = (isSeen: boolean) =>
      page.evaluate((hidden) => {
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden })
        document.dispatchEvent(new Event('visibilitychange'))
      }, !isSeen)
    await see(false)
    await page.clock.fastForward(61_000)
    await page.getByText('no connection').waitFor()
    await see(true)
    await page.getByText('live', { exact: true }).first().waitFor()
  })

  it('was never there for a page that is loaded when it cannot be read', async () => {
    const agent = cluster.add(await Agent.start('mute'))
    const page = await pages.open(agent.url)
    await row(page, 'mute').waitFor()
    await page.route('**/v1/**', (route) => route.abort())
    await page.reload()
    await page.getByText('Nothing was read from it yet').waitFor()
    expect(await violations(page)).toEqual([])
  })
})

describe('an action', () => {
  it('joins members after a question, and tells why it could not', async () => {
    const agent = cluster.add(await Agent.start('lonely'))
    const page = await pages.open(agent.url)
    await page.getByText('This member is alone.').waitFor()
    await page.getByRole('link', { name: 'Join members' }).click()
    await page.getByRole('button', { name: /^Join members/ }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Addresses').fill('127.0.0.1:1')
    await dialog.getByRole('button', { name: 'Join members' }).click()
    await expect.poll(() => dialog.innerText()).toContain('ERR_JOIN')
    expect(await violations(page)).toEqual([])
    await dialog.getByLabel('Addresses').fill(first().gossip)
    await dialog.getByRole('button', { name: 'Join members' }).click()
    await expect.poll(() => dialog.count()).toBe(0)
    await expect.poll(() => page.locator('.counts').innerText()).not.toMatch(/\b1\s*alive/)
  })

  it('sets the metadata', async () => {
    const page = await pages.open(`${first().url}/#/actions`)
    await page.getByRole('button', { name: /^Set the metadata/ }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Metadata').fill('role=cache')
    await dialog.getByRole('button', { name: 'Set the metadata' }).click()
    await expect.poll(() => dialog.count()).toBe(0)
    const self = (await (await first().call('self')).json()) as { meta: unknown }
    expect(self.meta).toEqual({ text: 'role=cache' })
  })

  it('rotates the key in three steps, each with its question', async () => {
    const key = Buffer.alloc(32, 7).toString('base64')
    const agent = cluster.add(await Agent.start('sealed', '--key', key))
    const page = await pages.open(`${agent.url}/#/actions`)
    await page.getByRole('button', { name: /^Add a key/ }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Make a new one' }).click()
    await dialog.getByRole('button', { name: 'Add a key' }).click()
    await expect.poll(() => page.locator('.key-list li').count()).toBe(2)
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: /^Use this key/ }).click()
    await dialog.getByLabel('Every member has this key.').check()
    await dialog.getByRole('button', { name: 'Use this key' }).click()
    await expect.poll(() => dialog.count()).toBe(0)
    await page.getByRole('button', { name: /^Remove this key/ }).click()
    await dialog.getByLabel('No member encrypts with this key.').check()
    await dialog.getByRole('button', { name: 'Remove this key' }).click()
    await expect.poll(() => page.locator('.key-list li').count()).toBe(1)
  })

  it('leaves only when the name is written', async () => {
    const agent = cluster.add(await Agent.start('leaver', '--join', first().gossip))
    const page = await pages.open(`${agent.url}/#/actions`)
    await page.getByRole('button', { name: /^Leave the cluster/ }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox').fill('somebody')
    await dialog.getByRole('button', { name: 'Leave the cluster' }).click()
    expect(await dialog.count()).toBe(1)
    await dialog.getByRole('textbox').fill('leaver')
    await dialog.getByRole('button', { name: 'Leave the cluster' }).click()
    await expect
      .poll(async () => ((await (await first().call('members/leaver')).json()) as Named).state)
      .toBe('left')
  })
})

interface Named {
  readonly state: string
}
