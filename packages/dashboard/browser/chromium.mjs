import { existsSync } from 'node:fs'

const places = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** The browser to test with; undefined where there is none. */
export const chromium = places.find((place) => place !== undefined && existsSync(place))

export const howToGetChromium =
  'There is no Chromium here, which the browser tests need: `apt-get install chromium`, or CHROMIUM=/path/to/it.'
