// The door for our own packages: the simulator runs the core, the agent reads bytes.

export { badSetting, resolveSettings } from './config.ts'
export type { CoreOptions, Hooks } from './core/core.ts'
export type { CoreEvent, Effects, StreamRequest, Timer } from './core/effects.ts'
export { Engine, type SelfDescription } from './core/engine.ts'
export * from './core/formulas.ts'
export type { Draw, Random } from './core/random.ts'
export { Registry } from './core/registry.ts'
export { goRules, ourRules, type Rules, swimRules } from './core/rules.ts'
export * from './index.ts'
export { bytesFromHost, hostFromBytes } from './wire/host.ts'
export { type InspectOptions, inspect } from './wire/inspect.ts'
export type * from './wire/inspect-message.ts'
export type * from './wire/inspection.ts'
export {
  type CapturedInput,
  type CaptureOptions,
  type CaptureReading,
  isCapture,
  readCapture,
} from './wire/pcap.ts'
export { bytesFromText, textFromBytes } from './wire/text.ts'
