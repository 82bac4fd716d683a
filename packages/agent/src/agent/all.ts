// What running an agent takes, loaded by that command alone.
export { Memberlist } from '@hearsay/memberlist'
export { EventLog } from './event-log.ts'
export { createLog } from './log.ts'
export { runAgent } from './run.ts'
