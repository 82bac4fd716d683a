import type { Settings } from '../config.ts'
import type { Resolver } from '../transport/resolve.ts'
import type { Transport } from '../transport/transport.ts'
import type { Keyring } from '../wire/keyring.ts'
import type { Member } from './member.ts'

/**
 * The hooks of the application, each the counterpart of one of Go's delegates. Every one may be
 * left out, and may answer with a promise where Go's may block. One that throws or rejects counts
 * as a refusal where a refusal is possible, is told as a `callback-failed` warning, and never
 * stops the engine.
 */
export interface Delegate {
  /** Go `Delegate.LocalState`: our part of a push/pull. At most 20 MiB. */
  localState?(join: boolean): Uint8Array | Promise<Uint8Array>
  /** Go `Delegate.MergeRemoteState`: a peer's part of a push/pull. Not called for an empty one. */
  mergeRemoteState?(state: Uint8Array, join: boolean): void | Promise<void>
  /**
   * Go `MergeDelegate.NotifyMerge`: false or a throw refuses the whole push/pull. At a join,
   * `members` are all that the peer knows; else those that it tells of, which may be none.
   */
  merge?(members: readonly Member[], join: boolean): boolean | Promise<boolean>
  /** When `merge` is asked: on joins alone (as Go), or at every push/pull. Default `join`. */
  mergeWhen?: 'join' | 'always'
  /** Go `AliveDelegate.NotifyAlive`: false or a throw ignores that alive message. */
  alive?(member: Member): boolean | Promise<boolean>
  /** Go `PingDelegate.AckPayload`: bytes to put into our acks. Synchronous: an ack cannot wait. */
  ackPayload?(): Uint8Array | undefined
  /** Go `PingDelegate.NotifyPingComplete`. */
  pingComplete?(member: Member, roundTripMs: number, payload: Uint8Array): void
  /** Go `Delegate.NodeMeta`: metadata when the member starts, unless `meta` is given. */
  nodeMeta?(limit: number): Uint8Array | Promise<Uint8Array>
  /** Go `Config.DisableTcpPingsForNode`: true for members without the fallback ping. */
  disableTcpPingsFor?(name: string): boolean
}

/** The part of pino, console and others that is used. */
export interface Logger {
  debug(data: object, message: string): void
  info(data: object, message: string): void
  warn(data: object, message: string): void
  error(data: object, message: string): void
}

export interface BindOptions {
  /** An IP address of this machine, `0.0.0.0` or `::`. Default `0.0.0.0`, as Go. */
  readonly host?: string
  /** UDP and TCP port; 0 takes any port that is free on both. Default 7946. */
  readonly port?: number
}

export interface MemberlistOptions extends Partial<Settings> {
  /** The member's name, unique in the cluster; 1 to 255 bytes of UTF-8. Default: the host name. */
  readonly name?: string
  readonly bind?: BindOptions
  /** What others are told. Default: the bound address; for a wildcard, the first private one. */
  readonly advertise?: BindOptions
  /** Metadata that all members see; at most 512 bytes. */
  readonly meta?: Uint8Array
  /** Cluster label: members of another label are not understood. At most 255 bytes. */
  readonly label?: string
  /** Gossip key of 16, 24 or 32 bytes. With `keyring`, it becomes the primary key. */
  readonly secretKey?: Uint8Array
  /** Keys that can be added, used and removed while running. */
  readonly keyring?: Keyring
  /** Networks (`10.0.0.0/8`) that members may come from. Default: all. */
  readonly cidrsAllowed?: readonly string[]
  readonly delegate?: Delegate
  readonly logger?: Logger
  /** How names in addresses to join are resolved. Default: the machine's resolver. */
  readonly resolver?: Resolver
  /**
   * Another network than UDP and TCP, bound already; `bind` is then not used. The member starts it,
   * and closes it when it shuts down or cannot start.
   */
  readonly transport?: Transport
}
