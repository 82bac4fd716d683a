import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, extname, join, relative, sep } from 'node:path'

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}

/** The page comes with all that it needs, and nothing may put it into a frame. */
const pageHeaders = {
  'content-security-policy':
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
}

/** The best first. */
const encodings = [
  { ending: '.br', name: 'br' },
  { ending: '.gz', name: 'gzip' },
] as const

interface PageFile {
  readonly type: string
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly tag: string
  readonly encoded: ReadonlyMap<string, Uint8Array<ArrayBuffer>>
}

/**
 * The built dashboard in memory: a few hundred kB that never change while the agent runs. Only
 * what was found when it was read is served, so that no path leads anywhere else.
 */
export class PageFiles {
  /** By path, `/assets/index-4f2a.js`; the page itself is `/`. */
  readonly #files: ReadonlyMap<string, PageFile>

  /** @param folder what Vite built; undefined, missing or empty: there is no page */
  constructor(folder: string | undefined) {
    this.#files = folder === undefined ? new Map() : readFiles(folder)
  }

  has(path: string): boolean {
    return this.#files.has(path)
  }

  /** The answer to a GET of that path, if there is such a file: compressed where the client takes it. */
  response(path: string, headers: Headers): Response | undefined {
    const file = this.#files.get(path)
    if (file === undefined) return undefined
    const encoding = encodings.find(
      ({ name }) => file.encoded.has(name) && accepts(headers.get('accept-encoding'), name),
    )?.name
    const etag = `"${file.tag}${encoding === undefined ? '' : `-${encoding}`}"`
    const all = {
      ...pageHeaders,
      etag,
      'cache-control': cacheControl(path),
      ...(file.encoded.size > 0 && { vary: 'accept-encoding' }),
    }
    if (matches(headers.get('if-none-match'), etag)) {
      return new Response(null, { status: 304, headers: all })
    }
    const body = encoding === undefined ? file.bytes : (file.encoded.get(encoding) ?? file.bytes)
    return new Response(body, {
      headers: {
        ...all,
        'content-type': file.type,
        'content-length': String(body.length),
        ...(encoding !== undefined && { 'content-encoding': encoding }),
      },
    })
  }
}

/** Where the dashboard was built to, if it was. */
export function builtPage(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve('@hearsay/dashboard/page/index.html'))
  } catch {
    return undefined
  }
}

function readFiles(folder: string): ReadonlyMap<string, PageFile> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  const isEncoded = (path: string) => encodings.some(({ ending }) => path.endsWith(ending))
  const files = paths
    .filter((path) => !isEncoded(path))
    .map((path) => {
      const encoded = encodings
        .filter(({ ending }) => paths.includes(path + ending))
        .map(({ ending, name }) => [name, new Uint8Array(readFileSync(path + ending))] as const)
      return [urlPath(folder, path), readFile(path, new Map(encoded))] as const
    })
  return new Map(files)
}

function readFile(path: string, encoded: PageFile['encoded']): PageFile {
  const bytes = new Uint8Array(readFileSync(path))
  const type = contentTypes[extname(path)] ?? 'application/octet-stream'
  const tag = createHash('sha256').update(bytes).digest('base64url').slice(0, 22)
  return { type, bytes, tag, encoded }
}

function urlPath(folder: string, path: string): string {
  const parts = relative(folder, path).split(sep)
  return parts.join('/') === 'index.html' ? '/' : `/${parts.join('/')}`
}

/** Names in `assets` have a hash of what is in them: another content has another name. */
function cacheControl(path: string): string {
  return path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
}

/** Whether `Accept-Encoding` has that encoding, with a weight that is not 0. */
function accepts(header: string | null, encoding: string): boolean {
  if (header === null) return false
  return header.split(',').some((each) => {
    const [name = '', ...parameters] = each.split(';').map((part) => part.trim().toLowerCase())
    return name === encoding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))
  })
}

function matches(header: string | null, etag: string): boolean {
  if (header === null) return false
  return header.split(',').some((each) => {
    const given = each.trim()
    return given === '*' || given.replace(/^W\//, '') === etag
  })
}
