import type { RunSummary } from '../results/run-summary.ts'
import type { Scenario } from '../scenario.ts'

export interface ToWorker {
  readonly id: number
  readonly scenario: Scenario
  readonly seed: number
}

export type FromWorker =
  | { readonly id: number; readonly type: 'progress'; readonly share: number }
  | { readonly id: number; readonly type: 'summary'; readonly summary: RunSummary }
  | { readonly id: number; readonly type: 'outcome'; readonly outcome: unknown }
  | { readonly id: number; readonly type: 'error'; readonly text: string }
