import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

/** What is smaller than this fits into the packet anyway. */
const worthIt = 256

/** Writes each file of the page a second and a third time, compressed as hard as it goes. */
export function compressed() {
  return {
    name: 'compressed',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        for (const [fileName, file] of Object.entries(bundle)) {
          const bytes = Buffer.from(file.type === 'chunk' ? file.code : file.source)
          if (bytes.length < worthIt) continue
          for (const [ending, source] of forms(bytes)) {
            this.emitFile({ type: 'asset', fileName: `${fileName}.${ending}`, source })
          }
        }
      },
    },
  }
}

function forms(bytes) {
  const quality = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY }
  return [
    ['br', brotliCompressSync(bytes, { params: quality })],
    ['gz', gzipSync(bytes, { level: 9 })],
  ]
}
