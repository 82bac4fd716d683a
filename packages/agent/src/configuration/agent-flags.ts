import { limits } from '@hearsay/memberlist'
import { readAddress, readJoinAddress, readPort } from './address.ts'
import { readByteSize } from './byte-size.ts'
import { commonFlags, readToken } from './common-flags.ts'
import { readDuration } from './duration.ts'
import { collected, defaulted, oneOf, repeated, single, splitPairs, toggle } from './flag.ts'
import { readKey } from './key.ts'
import { readMetadata } from './metadata.ts'
import { readOrigin } from './origin.ts'
import { Refusal } from './refusal.ts'
import { profileNames, readSettings } from './settings.ts'

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const
export const logFormats = ['text', 'json'] as const
export const kvWires = ['native', 'go-example'] as const

export const agentFlags = {
  name: single('NAME', "this member's name, unique in the cluster", bounded('name', 255), {
    defaultText: 'host name and gossip port',
  }),
  bind: single('HOST[:PORT]', 'address for gossip, UDP and TCP', readAddress, {
    defaultText: '127.0.0.1:7946, or a free port if that is taken',
  }),
  advertise: single('HOST[:PORT]', 'the address that others are told', readAddress, {
    defaultText: 'the bound one; for 0.0.0.0 the first private one',
  }),
  join: repeated('A,B,…', 'addresses to join, kept trying in the background', readJoinAddress, {
    aliases: ['members'],
    commas: true,
  }),
  joinTimeout: defaulted(
    'TIME',
    'when the first attempt to join is over',
    readDuration(1, 3_600_000),
    '10s',
  ),
  requireJoin: toggle('exit with code 3 when the first attempt to join reached nobody'),
  key: repeated('K', 'gossip key in base64 or hex; the first encrypts, all decrypt', readKey, {
    secret: true,
  }),
  keyringFile: single(
    'FILE',
    'gossip keys from a JSON list; changes are written back',
    path('FILE'),
  ),
  label: single(
    'L',
    'cluster label; members of another one are not understood',
    bounded('label', limits.labelBytes),
  ),
  profile: defaulted('P', 'settings to start from', oneOf(profileNames), 'lan', {
    choices: profileNames,
  }),
  set: collected('NAME=VALUE', 'one setting, such as probeIntervalMs=500', readSettings),
  meta: collected(
    'K=V',
    'metadata that all members see; one plain value is taken as it is',
    readMeta,
    {
      partsOf: splitPairs,
    },
  ),
  http: single('HOST[:PORT]', 'address for the HTTP API', readAddress, {
    defaultText: '127.0.0.1:4001, or the next free port if that is taken',
  }),
  port: single('N', 'port for the HTTP API', readPort),
  token: single(
    'T',
    'bearer token that the HTTP API asks for; better set as HEARSAY_TOKEN',
    readToken,
    {
      secret: true,
    },
  ),
  corsOrigin: repeated(
    'ORIGIN',
    'web pages of this origin may use the HTTP API, such as https://ops.example.net',
    readOrigin,
    { commas: true },
  ),
  insecure: toggle('allow an address other than loopback with no key or no token'),
  dataDir: single('DIR', 'keep all that is to outlive the process here', path('DIR'), {
    defaultText: 'in memory',
  }),
  kv: defaulted(
    'WIRE',
    'how keys and values travel; go-example shares them with the well-known Go example',
    oneOf(kvWires),
    'native',
    { choices: kvWires },
  ),
  kvMaxBytes: defaulted(
    'SIZE',
    'keys and values may take so much memory; a full store refuses writes',
    readByteSize(65_536, 1_099_511_627_776),
    '256MiB',
  ),
  logLevel: defaulted('LEVEL', 'what is narrated on stderr', oneOf(logLevels), 'info', {
    choices: logLevels,
  }),
  logFormat: defaulted('FORMAT', 'how it is narrated', oneOf(logFormats), 'text', {
    choices: logFormats,
  }),
  ...commonFlags,
}

function readMeta(texts: readonly string[]): Uint8Array | undefined {
  return texts.length === 0 ? undefined : readMetadata(texts)
}

function bounded(what: string, maxBytes: number): (text: string) => string {
  return (text) => {
    const bytes = new TextEncoder().encode(text).length
    if (bytes >= 1 && bytes <= maxBytes) return text
    throw new Refusal(`a ${what} of 1 to ${maxBytes} bytes`, `${bytes} bytes`)
  }
}

function path(placeholder: string): (text: string) => string {
  return (text) => {
    if (text === '' || text.includes('\0')) throw new Refusal(`a ${placeholder} name`)
    return text
  }
}
