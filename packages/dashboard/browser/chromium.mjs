import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { install } from '../../../scripts/debian.mjs'

const places = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** The browser to test with; undefined where there is none. */
export function findChromium() {
  return places.find((place) => place !== undefined && existsSync(place))
}

/** The same, installed where that can be done. */
export async function ensureChromium() {
  if (findChromium() === undefined) console.log(await install('chromium'))
  return findChromium()
}

export const howToGetChromium =
  'There is no Chromium here, which the browser tests need: `apt-get install chromium`, or CHROMIUM=/path/to/it.'

/**
 * Runs the tests of a vitest configuration that need a browser, with the options of this process;
 * its exit code is theirs. With --screenshots they write the pictures of docs/images anew.
 */
export async function runInBrowser(config) {
  if ((await ensureChromium()) === undefined) {
    console.error(howToGetChromium)
    process.exitCode = 1
    return
  }
  const given = process.argv.slice(2)
  const options = given.filter((word) => word !== '--screenshots')
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--config', config, ...options],
    {
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
      stdio: 'inherit',
      env: {
        ...process.env,
        ...(given.includes('--screenshots') && { HEARSAY_SCREENSHOTS: 'docs/images' }),
      },
    },
  )
  process.exitCode = status ?? 1
}
