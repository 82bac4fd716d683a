// Everything about streams, by one door. A stream carries one message each way: a request, and at
// most one reply. Layers, outermost first: label (requests only), encryption, compression.
export { StreamReader } from './stream-reader.ts'
export { StreamSealer } from './stream-sealer.ts'
export type { StreamMessage, StreamProgress, StreamRole, StreamSecurity } from './stream-types.ts'
