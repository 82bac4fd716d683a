import type { Chart } from '../report/chart/chart.ts'

/** Something that was published, and what comes of it here. */
export interface Experiment {
  readonly name: string
  readonly title: string
  /** What was published, where, and what is to be reached. */
  readonly published: string
  /** What was assumed where the paper says nothing, and what differs from it. */
  readonly assumptions: readonly string[]
  /** Seconds of processor time, about, of the short and the long form. */
  run(context: Context): Promise<Evidence>
}

/** `short`: for CI, in a few minutes. `moderate`: an honest figure for each row. `full`: as published, hours. */
export type Form = 'short' | 'moderate' | 'full'

export interface Context {
  /** How much is run; what is required must hold in each form. */
  readonly form: Form
  /** Measures in the threads of the pool, side by side; the outcomes in the order of the asking. */
  measure<Outcome>(tasks: readonly MeasureTask[]): Promise<Outcome[]>
}

/** `kind` is a key of `measurements`; the rest are its arguments, as plain data. */
export interface MeasureTask {
  readonly kind: string
  readonly [argument: string]: unknown
}

/** What came out: a table, plots, and what holds. */
export interface Evidence {
  readonly headings: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly charts: readonly { readonly name: string; readonly chart: Chart }[]
  readonly claims: readonly Claim[]
  /** How much was run. */
  readonly size: string
  /** What there is to say of it in words. */
  readonly remarks: readonly string[]
}

export interface Claim {
  readonly text: string
  readonly holds: boolean
  /** Whether CI fails without it; a target that is missed is told, and no failure. */
  readonly isRequired: boolean
}
