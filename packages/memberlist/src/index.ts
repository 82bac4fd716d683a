// The public door: everything an application may use, and nothing else.
export {
  lan,
  local,
  type SettingDefinition,
  type SettingName,
  type Settings,
  settingDefinitions,
  wan,
} from './config.ts'
export type { BroadcastOutcome } from './core/queue.ts'
export { channels, type PacketKind } from './diagnostics.ts'
export { type ErrorCode, errorCodes, MemberlistError } from './errors.ts'
export { limits } from './limits.ts'
export { type MemberlistMetric, memberlistMetrics } from './metrics.ts'
export type { EventListener, EventName } from './shell/emitter.ts'
export type { MemberlistEvent, MemberlistWarning, WarningCode } from './shell/events.ts'
export type { StreamCounters } from './shell/exchanges.ts'
export type { JoinOptions, JoinOutcome, JoinResult } from './shell/join.ts'
export type { Member, MemberState, SuspicionSnapshot, VersionRange } from './shell/member.ts'
export { Memberlist } from './shell/memberlist.ts'
export type { BindOptions, Delegate, Logger, MemberlistOptions } from './shell/options.ts'
export type { MemberlistStats } from './shell/statistics.ts'
export type { Target } from './shell/target.ts'
export type { TransportCounters } from './transport/counters.ts'
export { MemoryNetwork, type MemoryNetworkOptions, type PacketFate } from './transport/memory.ts'
export type { Resolver, ServiceRecord } from './transport/resolve.ts'
export type {
  DialOptions,
  Endpoint,
  StreamConnection,
  Transport,
  TransportHandler,
} from './transport/transport.ts'
export { type UdpTcpOptions, UdpTcpTransport } from './transport/udp-tcp.ts'
export { Keyring } from './wire/keyring.ts'
export { type RejectionReason, rejectionReasons } from './wire/rejection.ts'
