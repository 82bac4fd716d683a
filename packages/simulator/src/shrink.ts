import type { RunResult } from './run.ts'
import type { CheckerName, Network, Scenario, Step } from './scenario.ts'
import { simulate } from './simulate.ts'

export interface ShrinkOptions {
  /** Runs that may be spent on it. Default: 400. */
  readonly maxRuns?: number
  /** Called before each run; false ends it with what there is. */
  readonly progress?: (runs: number, steps: number, nodes: number) => boolean
}

export interface Shrunk {
  /** The smallest that still fails. */
  readonly scenario: Scenario
  readonly result: RunResult
  readonly runs: number
}

/**
 * Makes a failing run smaller, as far as the same checker still fails with the same seed: fewer
 * steps, fewer members, a better network, shorter faults, a shorter run. Greedy; each round tries
 * everything once more, until nothing helps.
 *
 * @returns undefined when the scenario does not fail in the first place
 */
export function shrink(
  scenario: Scenario,
  seed: number,
  options: ShrinkOptions = {},
): Shrunk | undefined {
  const first = simulate(scenario, seed)
  const [violation] = first.violations
  if (violation === undefined) return undefined
  return new Shrinker(scenario, seed, violation.checker, first, options).run()
}

class Shrinker {
  private readonly seed: number
  private readonly checker: CheckerName
  private readonly options: ShrinkOptions
  private best: Scenario
  private result: RunResult
  private runs = 1

  constructor(
    scenario: Scenario,
    seed: number,
    checker: CheckerName,
    result: RunResult,
    options: ShrinkOptions,
  ) {
    this.seed = seed
    this.checker = checker
    this.options = options
    this.best = { ...scenario, checkers: [checker] }
    this.result = result
  }

  run(): Shrunk {
    for (;;) {
      const size = sizeOf(this.best)
      this.fewerSteps()
      this.fewerNodes()
      this.tryEach(betterNetworks(this.best.network).map((network) => ({ network })))
      this.tryEach([{ start: 'joined' }, { clockDrift: 0 }])
      this.shorterSteps()
      this.shorterRun()
      this.fewerSettings()
      if (sizeOf(this.best) >= size || this.isSpent) break
    }
    return { scenario: this.best, result: this.result, runs: this.runs }
  }

  private get isSpent(): boolean {
    return this.runs >= (this.options.maxRuns ?? 400)
  }

  /** Takes the change if it still fails. */
  private attempt(change: Partial<Scenario>): boolean {
    const candidate = { ...this.best, ...change }
    if (this.isSpent || JSON.stringify(candidate) === JSON.stringify(this.best)) return false
    if (this.options.progress?.(this.runs, candidate.steps.length, candidate.nodes) === false) {
      this.runs = Number.POSITIVE_INFINITY
      return false
    }
    this.runs++
    const result = simulateSafely(candidate, this.seed)
    if (result?.violations[0]?.checker !== this.checker) return false
    this.best = candidate
    this.result = result
    return true
  }

  private tryEach(changes: readonly Partial<Scenario>[]): void {
    for (const change of changes) this.attempt(change)
  }

  /** Halves, quarters, … single steps are left out. */
  private fewerSteps(): void {
    for (let size = Math.ceil(this.best.steps.length / 2); size >= 1; size = Math.floor(size / 2)) {
      for (let start = 0; start < this.best.steps.length; ) {
        const { steps } = this.best
        const without = [...steps.slice(0, start), ...steps.slice(start + size)]
        if (!this.attempt({ steps: without })) start += size
      }
    }
  }

  private fewerNodes(): void {
    for (const nodes of [2, 3, 4, 5, 6, 8, 10, 15, 20, this.best.nodes - 1]) {
      if (nodes < this.best.nodes && nodes > 0 && this.attempt({ nodes })) return
    }
  }

  private shorterSteps(): void {
    for (let index = 0; index < this.best.steps.length; index++) {
      const { steps } = this.best
      const step = steps[index]
      for (const shorter of shorterForms(step)) {
        if (this.attempt({ steps: steps.map((each, at) => (at === index ? shorter : each)) })) break
      }
    }
  }

  private shorterRun(): void {
    while (this.attempt({ safetyMs: Math.floor(this.best.safetyMs / 2) })) {
      // Half as long again.
    }
    this.attempt({ endsAfterMs: 0 })
  }

  private fewerSettings(): void {
    for (const name of Object.keys(this.best.settings)) {
      const settings = Object.fromEntries(
        Object.entries(this.best.settings).filter(([each]) => each !== name),
      )
      this.attempt({ settings })
    }
  }
}

/** Leaving a setting out may leave two that do not go together: that is no run at all. */
function simulateSafely(scenario: Scenario, seed: number): RunResult | undefined {
  try {
    return simulate(scenario, seed)
  } catch {
    return undefined
  }
}

function betterNetworks(network: Network): Network[] {
  const quiet: readonly Partial<Network>[] = [
    { loss: 0 },
    { burst: undefined },
    { jitterMs: 0 },
    { duplication: 0 },
    { reordering: 0 },
    { sendFailure: 0 },
    { streamHang: 0 },
    { streamBreak: 0 },
    { delayMs: [1, 1] },
  ]
  return [
    Object.assign({ ...network }, ...quiet) as Network,
    ...quiet.map((each) => ({ ...network, ...each })),
  ]
}

/** The same step for a shorter time, for fewer members, or sooner. */
function shorterForms(step: Step): Step[] {
  const forms: Step[] = []
  if ('forMs' in step && typeof step.forMs === 'number') {
    forms.push({ ...step, forMs: Math.floor(step.forMs / 2) })
  }
  if ('who' in step && typeof step.who === 'object' && 'draw' in step.who && step.who.draw > 1) {
    forms.push({ ...step, who: { draw: Math.floor(step.who.draw / 2) } })
  }
  if ('count' in step && step.count !== undefined && step.count > 1) {
    forms.push({ ...step, count: Math.floor(step.count / 2) })
  }
  if (typeof step.at === 'number' && step.at > 0)
    forms.push({ ...step, at: Math.floor(step.at / 2) })
  return forms
}

/** Anything smaller is better; what it is made of matters less. */
function sizeOf(scenario: Scenario): number {
  const { nodes, steps, safetyMs, settings, network } = scenario
  const faults = Object.values(network).filter((value) => typeof value === 'number' && value > 0)
  const times = steps.reduce((sum, step) => {
    const forMs = 'forMs' in step && typeof step.forMs === 'number' ? step.forMs : 0
    const at = typeof step.at === 'number' ? step.at : 0
    return sum + forMs + at
  }, 0)
  return (
    nodes * 10 +
    steps.length * 100 +
    safetyMs / 1_000 +
    times / 1_000 +
    Object.keys(settings).length +
    faults.length * 10
  )
}
