import type { Network } from '../scenario.ts'

/** Between the hosts of one data centre: no loss, half a millisecond there, half back, give or take. */
export const defaultNetwork: Network = {
  loss: 0,
  delayMs: [0.25, 0.75],
  jitterMs: 0,
  duplication: 0,
  reordering: 0,
  reorderingMs: 0,
  sendFailure: 0,
  streamHang: 0,
  streamBreak: 0,
}
