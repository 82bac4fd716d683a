import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { describe, expect, it, vi } from 'vitest'

interface Built {
  readonly fileName: string
  readonly bytes: Buffer
}

/** The page as it is built, in memory. */
async function build(): Promise<Built[]> {
  // As `npm run build` has it.
  vi.stubEnv('NODE_ENV', 'production')
  const { build } = await import('vite')
  const root = fileURLToPath(new URL('..', import.meta.url))
  const options = { root, configFile: `${root}vite.config.mjs`, logLevel: 'silent' } as const
  const result = await build({ ...options, build: { write: false } })
  vi.unstubAllEnvs()
  if (!('output' in result)) throw new Error('It was built more than once, or not at all.')
  return result.output.map((file) => ({
    fileName: file.fileName,
    bytes: Buffer.from(file.type === 'chunk' ? file.code : file.source),
  }))
}

describe('the built page', async () => {
  const files = await build()
  const originals = files.filter(({ fileName }) => !/\.(br|gz)$/.test(fileName))
  const total = (compress: (bytes: Buffer) => Buffer) =>
    originals.reduce((sum, { bytes }) => sum + compress(bytes).length, 0)

  it('is under 50 kB in all, compressed as a browser asks for it', () => {
    expect(total((bytes) => brotliCompressSync(bytes))).toBeLessThan(50_000)
  })

  it('is under 60 kB for a client that knows gzip alone', () => {
    expect(total((bytes) => gzipSync(bytes, { level: 9 }))).toBeLessThan(60_000)
  })

  it('has each larger file compressed beside it', () => {
    const names = files.map(({ fileName }) => fileName)
    for (const { fileName } of originals) {
      expect(names).toContain(`${fileName}.br`)
      expect(names).toContain(`${fileName}.gz`)
    }
  })

  it('asks for nothing from elsewhere', () => {
    for (const { fileName, bytes } of originals) {
      const addresses = bytes.toString().match(/(?:https?:)?\/\/[a-z][\w.-]+\.[a-z]{2,}/g) ?? []
      expect(
        addresses.filter((each) => !each.includes('www.w3.org')),
        fileName,
      ).toEqual([])
    }
  })
})
