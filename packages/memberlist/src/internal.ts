// The door for our own packages: the simulator runs the core, the agent reads bytes.

export { badSetting, resolveSettings } from './config.ts'
export type { Core, CoreOptions, Hooks } from './core/core.ts'
export {
  type CoreEvent,
  type Effects,
  isOutdated,
  type StreamRequest,
  type Timer,
} from './core/effects.ts'
export { Engine, type SelfDescription } from './core/engine.ts'
export * from './core/formulas.ts'
export { isAliveAt, JoinAddresses, joinRetryMs, spreadRetryMs } from './core/join-addresses.ts'
export { judgeLateness } from './core/lateness.ts'
export type { Probe } from './core/probe.ts'
export type { PushPull } from './core/push-pull.ts'
export type { BroadcastOutcome } from './core/queue.ts'
export type { Draw, Random } from './core/random.ts'
export { NodeRecord, Registry } from './core/registry.ts'
export { goRules, ourRules, type Rules, swimRules } from './core/rules.ts'
export { ALIVE, DEAD, LEFT, type State, SUSPECT } from './core/state.ts'
export type { StateEncoder } from './core/state-encoder.ts'
export type { StateMerge } from './core/state-merge.ts'
export * from './index.ts'
export { writeAck } from './wire/ack.ts'
export { writeAlive } from './wire/alive.ts'
export { writeDead } from './wire/dead.ts'
export { bytesFromHost, hostFromBytes } from './wire/host.ts'
export { type InspectOptions, inspect } from './wire/inspect.ts'
export type * from './wire/inspect-message.ts'
export type * from './wire/inspection.ts'
export { PacketBuilder, type PacketSecurity } from './wire/packet.ts'
export {
  type CapturedInput,
  type CaptureOptions,
  type CaptureReading,
  isCapture,
  readCapture,
} from './wire/pcap.ts'
export { writePing } from './wire/ping.ts'
export { writePushPullHeader, writePushPullNode } from './wire/push-pull.ts'
export type { RejectionReason } from './wire/rejection.ts'
export { type StreamMessage, StreamReader, type StreamRole, StreamSealer } from './wire/stream.ts'
export { writeSuspect } from './wire/suspect.ts'
export { bytesFromText, textFromBytes } from './wire/text.ts'
export { writeUserPacket, writeUserStreamHeader } from './wire/user.ts'
export { Writer } from './wire/writer.ts'
