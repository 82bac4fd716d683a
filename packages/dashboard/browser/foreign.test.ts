import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Browser, chromium as launcher } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Agent } from './agent.ts'
import { findChromium, howToGetChromium } from './chromium.mjs'

/** What a page can have sent without asking: pictures, frames, forms, links, scripts of its own. */
const attacks = (agent: string) => `<!doctype html><title>elsewhere</title>
<img src="${agent}/add?key=picture&val=1"><script src="${agent}/add?key=script&val=1"></script>
<link rel=stylesheet href="${agent}/del?key=kept"><iframe src="${agent}/add?key=frame&val=1"></iframe>
<form id=get action="${agent}/add" target=get><input name=key value=form><input name=val value=1></form>
<form id=post action="${agent}/v1/leave" target=post method=post><input name=a value=1></form>
<a id=link href="${agent}/add?key=link&val=1" target=link>x</a>
<a id=silent href="${agent}/add?key=silent&val=1" target=silent rel=noreferrer>x</a>
<script>
onload = async () => {
  const sent = [
    fetch('${agent}/v1/broadcast', { method: 'POST', mode: 'no-cors', body: 'x' }),
    fetch('${agent}/add?key=fetch&val=1', { mode: 'no-cors', referrerPolicy: 'no-referrer' }),
    fetch('${agent}/v1/kv/put', { method: 'PUT', body: 'x' }),
    fetch('${agent}/v1/members').then((answer) => answer.text()).then((text) => { window.read = text }),
    new Promise((resolve) => { new EventSource('${agent}/v1/events').onerror = resolve }),
  ]
  navigator.sendBeacon('${agent}/v1/leave', 'x')
  for (const form of ['get', 'post']) document.getElementById(form).submit()
  for (const link of ['link', 'silent']) document.getElementById(link).click()
  await Promise.allSettled(sent)
  window.done = true
}
</script>`

/** Each must have been sent, so that it is known to have been refused. */
const expected = ['picture', 'script', 'kept', 'frame', 'form', 'link', 'silent', 'fetch']
const written = (url: string) => new URL(url).searchParams.get('key') ?? new URL(url).pathname

let agent: Agent
let elsewhere: Server
let browser: Browser
beforeAll(async () => {
  const chromium = findChromium()
  if (chromium === undefined) throw new Error(howToGetChromium)
  agent = await Agent.start('target')
  elsewhere = createServer((_, answer) => {
    answer.setHeader('content-type', 'text/html').end(attacks(agent.url))
  })
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
  browser = await launcher.launch({
    executablePath: chromium,
    args: [
      '--no-sandbox',
      '--disable-dev-shm-usage',
      '--disable-popup-blocking',
      '--host-resolver-rules=MAP *.test 127.0.0.1',
      // Chromium's own protection of local addresses, which other browsers do not have.
      '--disable-features=LocalNetworkAccessChecks,PrivateNetworkAccessSendPreflights',
    ],
  })
})
afterAll(async () => {
  await browser.close()
  elsewhere.close()
  await agent.kill()
})

describe('a page from elsewhere', () => {
  it.each(['elsewhere.test', 'localhost', '127.0.0.1'])(
    'at %s can write nothing to an agent on this machine, and read nothing from it',
    async (host) => {
      await agent.call('kv/kept', { method: 'PUT', body: 'x' })
      const context = await browser.newContext()
      const answers = new Map<string, number>()
      context.on('response', (response) => {
        if (response.url().startsWith(agent.url)) {
          answers.set(written(response.url()), response.status())
        }
      })
      // An answer that came and that the browser keeps from the page.
      context.on('requestfailed', (request) => {
        const isKept = request.failure()?.errorText.includes('BLOCKED_BY') === true
        if (isKept && request.url().startsWith(agent.url)) answers.set(written(request.url()), 403)
      })
      const page = await context.newPage()
      await page.goto(`http://${host}:${(elsewhere.address() as AddressInfo).port}/`)
      await page.waitForFunction('window.done')
      await expect.poll(() => expected.filter((name) => !answers.has(name))).toEqual([])
      expect([...answers].filter(([, status]) => status < 400)).toEqual([])
      expect(await page.evaluate('window.read')).toBeUndefined()
      const { entries } = (await (await agent.call('kv')).json()) as {
        entries: { key: string }[]
      }
      expect(entries.map(({ key }) => key)).toEqual(['kept'])
      await context.close()
    },
  )

  it('whose name points to this machine is not taken for the agent', async () => {
    const page = await browser.newPage()
    const { port } = new URL(agent.url)
    for (const path of ['', 'v1/members', 'add?key=rebound&val=1']) {
      const answer = await page.goto(`http://rebound.test:${port}/${path}`)
      expect(answer?.status()).toBe(403)
    }
    expect((await agent.call('kv/rebound')).status).toBe(404)
  })

  it('does not keep its user from typing an address', async () => {
    const page = await browser.newPage()
    const answer = await page.goto(`${agent.url}/add?key=typed&val=1`)
    expect(answer?.status()).toBe(200)
    expect((await agent.call('kv/typed')).status).toBe(200)
  })
})
