import { hostname } from 'node:os'
import { badSetting, resolveSettings, type Settings } from '../config.ts'
import { MemberlistError } from '../errors.ts'
import { limits } from '../limits.ts'
import { canonicalHost, isWildcardHost } from '../transport/address.ts'
import { advertiseHost } from '../transport/advertise.ts'
import { AllowList } from '../transport/cidr.ts'
import type { Endpoint } from '../transport/transport.ts'
import { bytesFromHost } from '../wire/host.ts'
import { Keyring } from '../wire/keyring.ts'
import { messageBudget, type PacketSecurity } from '../wire/packet.ts'
import { EMPTY } from '../wire/span.ts'
import { bytesFromText } from '../wire/text.ts'
import type { BindOptions, MemberlistOptions } from './options.ts'

/** Options that were checked, with every default filled in. Nothing is opened yet. */
export interface Prepared {
  readonly settings: Settings
  readonly name: string
  readonly nameBytes: Uint8Array
  readonly bind: Endpoint
  readonly security: PacketSecurity
  readonly allowsAddress: ((host: string) => boolean) | undefined
}

const DEFAULT_PORT = 7946

/**
 * Checks all that can be checked before a socket is opened.
 * @throws MemberlistError ERR_CONFIG, ERR_KEY, ERR_ADDRESS, each naming option, value and range
 */
export function prepare(options: MemberlistOptions): Prepared {
  const settings = resolveSettings(options)
  const name = options.name ?? hostname()
  const nameBytes = checkText('name', name, 1, limits.nameBytes, `1 to ${limits.nameBytes}`)
  checkMeta(options.meta ?? EMPTY)
  const bind = checkEndpoint(
    'bind',
    options.bind === undefined ? {} : options.bind,
    '0.0.0.0',
    DEFAULT_PORT,
  )
  checkAdvertise(options.advertise)
  checkMergeWhen(options.delegate?.mergeWhen)
  const security = prepareSecurity(options, settings)
  checkRoom(security, settings)
  return {
    settings,
    name,
    nameBytes,
    bind,
    security,
    allowsAddress: prepareAllowList(options.cidrsAllowed),
  }
}

/** @throws MemberlistError ERR_TOO_LARGE */
export function checkMeta(meta: Uint8Array): void {
  if (!(meta instanceof Uint8Array)) throw badSetting('meta', meta, 'a Uint8Array')
  if (meta.length <= limits.metaBytes) return
  throw new MemberlistError(
    'ERR_TOO_LARGE',
    `The metadata has ${meta.length} bytes; ${limits.metaBytes} is the most. Nothing was changed.`,
    { data: { bytes: meta.length, limit: limits.metaBytes } },
  )
}

/**
 * The address that others are told.
 * @throws MemberlistError ERR_CONFIG when bound to all interfaces and none has an address to tell
 */
export function advertised(options: MemberlistOptions, bound: Endpoint): Endpoint {
  const port = options.advertise?.port ?? bound.port
  const given = options.advertise?.host
  const host = given === undefined ? advertiseHost(bound.host) : canonicalHost(given)
  if (host === undefined) {
    throw new MemberlistError(
      'ERR_CONFIG',
      `Bound to ${bound.host}, and no interface has an address that others could reach. ` +
        'Set advertise.host to the one to tell them.',
      { data: { name: 'advertise.host', value: given, expected: 'an IP address' } },
    )
  }
  return { host, port: port === 0 ? bound.port : port }
}

function prepareSecurity(options: MemberlistOptions, settings: Settings): PacketSecurity {
  const { label = '' } = options
  return {
    label: checkText('label', label, 0, limits.labelBytes, `at most ${limits.labelBytes}`),
    skipInboundLabelCheck: settings.skipInboundLabelCheck,
    keyring: prepareKeyring(options),
    verifyIncoming: settings.gossipVerifyIncoming,
    verifyOutgoing: settings.gossipVerifyOutgoing,
    encryptionVersion: settings.protocolVersion === 1 ? 0 : 1,
    compression: settings.enableCompression,
  }
}

/** The value of a key is in no message: it is secret. */
function prepareKeyring({ keyring, secretKey }: MemberlistOptions): Keyring | undefined {
  if (keyring !== undefined && !(keyring instanceof Keyring)) {
    throw badSetting('keyring', typeof keyring, 'a Keyring')
  }
  if (secretKey === undefined) return keyring
  if (!(secretKey instanceof Uint8Array)) {
    throw new MemberlistError(
      'ERR_KEY',
      'secretKey must be a Uint8Array of 16, 24 or 32 bytes; decode its base64 before passing it.',
      { data: { name: 'secretKey', expected: [16, 24, 32] } },
    )
  }
  if (keyring === undefined) return new Keyring([secretKey])
  keyring.add(secretKey)
  keyring.use(secretKey)
  return keyring
}

/** A packet must at least hold our own alive message with the longest name and metadata. */
function checkRoom(security: PacketSecurity, settings: Settings): void {
  const needed = limits.metaBytes + limits.nameBytes + ALIVE_BYTES
  const budget = messageBudget(security, settings.udpBufferSize)
  if (budget >= needed) return
  const least = needed + settings.udpBufferSize - budget
  throw badSetting(
    'udpBufferSize',
    settings.udpBufferSize,
    `at least ${least} with this label and encryption`,
  )
}

/** An alive message without name and metadata, its address in 16 bytes. */
const ALIVE_BYTES = 80

function prepareAllowList(
  networks: readonly string[] | undefined,
): ((host: string) => boolean) | undefined {
  if (networks === undefined) return undefined
  if (!Array.isArray(networks)) {
    throw badSetting('cidrsAllowed', networks, 'a list of networks, such as ["10.0.0.0/8"]')
  }
  if (networks.length === 0) return undefined
  const list = new AllowList(networks)
  return (host) => {
    const bytes = bytesFromHost(host)
    return bytes !== undefined && list.allows(bytes)
  }
}

function checkText(
  option: string,
  given: string,
  minBytes: number,
  maxBytes: number,
  expected: string,
): Uint8Array {
  const bytes = typeof given === 'string' ? bytesFromText(given) : EMPTY
  if (typeof given === 'string' && bytes.length >= minBytes && bytes.length <= maxBytes) {
    return bytes
  }
  throw badSetting(option, given, `${expected} bytes of text`)
}

/** Others cannot reach a wildcard. */
function checkAdvertise(advertise: MemberlistOptions['advertise']): void {
  if (advertise === undefined) return
  const { host } = checkEndpoint('advertise', advertise, '127.0.0.1', 0)
  if (isWildcardHost(host)) throw noAddress('advertise.host', host)
}

/** A misspelt one would let pass unasked what is to be asked about. */
function checkMergeWhen(mergeWhen: 'join' | 'always' | undefined): void {
  if (mergeWhen === undefined || mergeWhen === 'join' || mergeWhen === 'always') return
  throw badSetting('delegate.mergeWhen', mergeWhen, '"join" or "always"')
}

/** @param given null where an application without types gives it */
function checkEndpoint(
  option: string,
  given: BindOptions | null,
  defaultHost: string,
  defaultPort: number,
): Endpoint {
  if (typeof given !== 'object' || given === null) {
    throw badSetting(option, given, 'an object, such as { host: "10.0.0.5", port: 7946 }')
  }
  const { host = defaultHost, port = defaultPort } = given
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw badSetting(`${option}.port`, port, 'a whole number from 0 to 65535')
  }
  const canonical = canonicalHost(host)
  if (canonical === undefined) throw noAddress(`${option}.host`, host)
  return { host: canonical, port }
}

function noAddress(option: string, host: string): MemberlistError {
  const wildcard = isWildcardHost(host) ? ', and one that others can reach' : ''
  return new MemberlistError(
    'ERR_ADDRESS',
    `${option} is "${host}"; it must be an IP address, such as 10.0.0.5 or ::1${wildcard}.`,
    { data: { name: option, value: host, expected: 'an IP address' } },
  )
}
