import { MemberlistError } from '../errors.ts'
import { limits } from '../limits.ts'
import type { Transport } from '../transport/transport.ts'
import { UdpTcpTransport } from '../transport/udp-tcp.ts'
import { copyBytes, EMPTY } from '../wire/span.ts'
import type { MemberlistOptions } from './options.ts'
import { checkMeta, type Prepared } from './preparation.ts'

/** The sockets, where the application brought no network of its own. */
export function openTransport({ bind, settings }: Prepared): Promise<Transport> {
  return UdpTcpTransport.open({
    ...bind,
    maxStreams: settings.maxStreams,
    streamTimeoutMs: settings.tcpTimeoutMs,
  })
}

/** @throws MemberlistError ERR_DELEGATE, ERR_TOO_LARGE, ERR_CONFIG */
export async function startingMeta({ meta, delegate }: MemberlistOptions): Promise<Uint8Array> {
  if (meta !== undefined) return copyBytes(meta)
  if (delegate?.nodeMeta === undefined) return EMPTY
  let given: Uint8Array
  try {
    given = await delegate.nodeMeta(limits.metaBytes)
  } catch (cause) {
    throw new MemberlistError('ERR_DELEGATE', 'The delegate could not give the metadata.', {
      cause,
    })
  }
  checkMeta(given)
  return copyBytes(given)
}
