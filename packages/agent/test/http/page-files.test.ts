import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PageFiles } from '../../src/http/page-files.ts'

let folder = ''
let page = new PageFiles(undefined)
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hearsay-page-'))
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), '<!doctype html>')
  writeFileSync(join(folder, 'icon.svg'), '<svg/>')
  writeFileSync(join(folder, 'assets/index-1a2b.js'), 'plain')
  writeFileSync(join(folder, 'assets/index-1a2b.js.br'), 'brotli')
  writeFileSync(join(folder, 'assets/index-1a2b.js.gz'), 'gzip')
  writeFileSync(join(folder, 'assets/index-1a2b.css'), 'css')
  page = new PageFiles(folder)
})
afterAll(() => rmSync(folder, { recursive: true }))

const get = (path: string, headers: Record<string, string> = {}) =>
  page.response(path, new Headers(headers))

describe('The files of the page', () => {
  test.each([
    ['/', 'text/html; charset=utf-8'],
    ['/icon.svg', 'image/svg+xml'],
    ['/assets/index-1a2b.js', 'text/javascript; charset=utf-8'],
    ['/assets/index-1a2b.css', 'text/css; charset=utf-8'],
  ])('%s has its type', (path, type) => {
    expect(page.has(path)).toBe(true)
    expect(get(path)?.headers.get('content-type')).toBe(type)
  })

  test.each([
    '/index.html',
    '/assets',
    '/assets/index-1a2b.js.br',
    '/../index.html',
    '/%2e%2e/index.html',
    '/nothing',
  ])('%s is none of them', (path) => {
    expect(page.has(path)).toBe(false)
    expect(get(path)).toBeUndefined()
  })

  test.each([
    ['br, gzip', 'br', 'brotli'],
    ['gzip, deflate, BR;q=0.5', 'br', 'brotli'],
    ['br;q=0, gzip', 'gzip', 'gzip'],
    ['gzip;q=0.000', null, 'plain'],
    ['deflate', null, 'plain'],
    ['', null, 'plain'],
  ])('come as "%s" wants them', async (accepted, encoding, body) => {
    const response = get('/assets/index-1a2b.js', { 'accept-encoding': accepted })
    expect(response?.headers.get('content-encoding')).toBe(encoding)
    expect(response?.headers.get('vary')).toBe('accept-encoding')
    expect(response?.headers.get('content-length')).toBe(String(body.length))
    expect(await response?.text()).toBe(body)
  })

  test('whose names have a hash are kept for ever, the others are asked for again', () => {
    expect(get('/assets/index-1a2b.css')?.headers.get('cache-control')).toContain('immutable')
    expect(get('/')?.headers.get('cache-control')).toBe('no-cache')
  })

  test('are not sent again to who has them, in that encoding', async () => {
    const path = '/assets/index-1a2b.js'
    const plain = get(path)?.headers.get('etag') ?? ''
    const brotli = get(path, { 'accept-encoding': 'br' })?.headers.get('etag') ?? ''
    expect(brotli).not.toBe(plain)
    const again = get(path, { 'if-none-match': `"x", W/${plain}` })
    expect(again?.status).toBe(304)
    expect(await again?.text()).toBe('')
    expect(again?.headers.get('etag')).toBe(plain)
    expect(get(path, { 'if-none-match': brotli })?.status).toBe(200)
    expect(get(path, { 'if-none-match': brotli, 'accept-encoding': 'br' })?.status).toBe(304)
  })

  test('may take nothing from elsewhere, and go into no frame', () => {
    const policy = get('/')?.headers.get('content-security-policy')
    expect(policy).toContain("default-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe|https?:|\*/)
  })

  test('are none where nothing was built', () => {
    const none = new PageFiles(undefined)
    expect(none.has('/')).toBe(false)
    expect(none.response('/', new Headers())).toBeUndefined()
  })
})
