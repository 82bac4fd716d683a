import type { RunSummary } from '../results/run-summary.ts'
import type { RunResult } from '../run.ts'
import type { Scenario } from '../scenario.ts'

export interface ToWorker {
  readonly id: number
  readonly scenario: Scenario
  readonly seed: number
  /** Whether the whole result comes back, or its summary. */
  readonly raw: boolean
}

export type FromWorker =
  | { readonly id: number; readonly type: 'progress'; readonly share: number }
  | { readonly id: number; readonly type: 'summary'; readonly summary: RunSummary }
  | { readonly id: number; readonly type: 'result'; readonly result: RunResult }
  | { readonly id: number; readonly type: 'error'; readonly text: string }
