import { type ColorChoice, colorChoices } from '../output/color.ts'
import { type Format, formats } from '../output/output.ts'
import { addressText, readAddress } from './address.ts'
import { readDuration } from './duration.ts'
import { defaulted, oneOf, single } from './flag.ts'
import { Refusal } from './refusal.ts'

/** Flags that every command has. */
export const commonFlags = {
  config: single(
    'FILE',
    'configuration file (JSON), beaten by the environment and by flags',
    (text) => text,
  ),
  output: single<Format>('FORMAT', 'how data is written to stdout', oneOf(formats), {
    short: 'o',
    choices: formats,
    defaultText: 'table on a terminal, else json or ndjson',
  }),
  color: defaulted<ColorChoice>(
    'WHEN',
    'colour; NO_COLOR is honoured',
    oneOf(colorChoices),
    'auto',
    {
      choices: colorChoices,
    },
  ),
}

/** Flags of the commands that talk to a running agent. */
export const clientFlags = {
  ...commonFlags,
  http: defaulted(
    'ADDR',
    "the agent's HTTP address, HOST:PORT or a URL",
    readBaseUrl,
    '127.0.0.1:4001',
  ),
  token: single('T', "the agent's bearer token; better set as HEARSAY_TOKEN", readToken, {
    secret: true,
  }),
  timeout: defaulted('TIME', 'how long to wait for an answer', readDuration(1, 3_600_000), '30s'),
}

const urlTakes = 'HOST:PORT or an http:// or https:// URL'

/** The base of the agent's URLs, without a slash at the end. */
export function readBaseUrl(text: string): string {
  if (/^https?:\/\//i.test(text)) {
    if (!URL.canParse(text)) throw new Refusal(urlTakes)
    const url = new URL(text)
    if (url.search !== '' || url.hash !== '') throw new Refusal(urlTakes)
    return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
  }
  const { host, port = 4001 } = readAddress(text)
  if (port === 0) throw new Refusal(urlTakes)
  // In an agent's own surroundings HEARSAY_HTTP may be what it is bound to.
  const reached = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `http://${addressText(reached, port)}`
}

/** What an Authorization header can carry. */
export function readToken(text: string): string {
  if (!/^[\u0021-\u007e]{1,4096}$/.test(text)) {
    throw new Refusal('1 to 4096 printable ASCII characters without spaces')
  }
  return text
}
