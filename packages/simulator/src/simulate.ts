import { livenessBoundMs } from './bound.ts'
import { makeCheckers } from './checkers/all.ts'
import { stayed } from './checkers/checker.ts'
import { AgreementWatch, allKnown } from './convergence.ts'
import { drawTime } from './faults/choosing.ts'
import { Director } from './faults/director.ts'
import { startAll } from './faults/lives.ts'
import { endFaults, perform } from './faults/perform.ts'
import type { RunResult, SimulateOptions } from './run.ts'
import type { Scenario } from './scenario.ts'
import { writeAtRandom } from './world/random-writes.ts'
import { settingsOf, World } from './world/world.ts'

/** How often the checkers look, and it is seen whether all agree, in virtual ms. */
const LOOK_EVERY_MS = 1_000
const CONVERGENCE_EVERY_MS = 100

/** Once all are members for each other: two announcements of replicas, and what is then asked for. */
const KEY_VALUE_BOUND_MS = 20_000

/**
 * Runs a scenario: synchronous, and the same to the byte for the same scenario and seed.
 *
 *   settle ──▶ safety phase: steps, faults on ──▶ heal ──▶ liveness phase: all must agree ──▶ end
 *
 * @param seed a whole number from 0 to 2^53 - 1
 * @throws MemberlistError ERR_CONFIG for settings that are out of range
 */
export function simulate(
  scenario: Scenario,
  seed: number,
  options: SimulateOptions = {},
): RunResult {
  return new Run(scenario, seed, options).run()
}

/** How long the liveness phase of a scenario lasts, in virtual ms. */
export function livenessMsOf(scenario: Scenario): number {
  const nodes = scenario.nodes + joinersOf(scenario)
  if (scenario.livenessMs !== undefined) return scenario.livenessMs
  const keyValueMs = scenario.keyValue === true ? KEY_VALUE_BOUND_MS : 0
  return livenessBoundMs(settingsOf(scenario), nodes) + keyValueMs
}

/** All that a run lasts after it has settled, in virtual ms. */
export function lengthMsOf(scenario: Scenario): number {
  const livenessMs = livenessMsOf(scenario)
  return scenario.safetyMs + Math.max(livenessMs, scenario.endsAfterMs ?? 0)
}

/** One run; its world can be reached into before it starts, which is for tests. */
export class Run {
  private readonly scenario: Scenario
  private readonly seed: number
  private readonly options: SimulateOptions
  readonly world: World
  private readonly director: Director
  private readonly endMs: number
  private readonly agreement = new AgreementWatch()
  private isStopped = false

  constructor(scenario: Scenario, seed: number, options: SimulateOptions) {
    this.scenario = scenario
    this.seed = seed
    this.options = options
    this.endMs = lengthMsOf(scenario)
    const capacity = scenario.nodes + joinersOf(scenario)
    const { observe } = options
    this.world = new World({ scenario, seed, capacity, lengthMs: this.endMs, observe })
    this.world.now = -scenario.settleMs
    this.world.checkers.push(...makeCheckers(this.world, scenario.checkers))
    this.director = new Director(this.world)
  }

  run(): RunResult {
    const { world, scenario } = this
    startAll(world)
    this.watchBootstrap()
    this.lookAgain()
    const livenessMs = livenessMsOf(scenario)
    this.advanceTo(0)
    world.isSettled = scenario.start === 'joined'
    if (scenario.keyValue === true) writeAtRandom(world, scenario.safetyMs)
    for (const step of scenario.steps) {
      const at = drawTime(step.at, this.director.draws)
      world.schedule(
        Math.max(at, world.now),
        world.action(() => this.step(step)),
      )
    }
    this.advanceTo(scenario.safetyMs)
    if (livenessMs > 0 && !this.isStopped) {
      endFaults(this.director)
      this.watchConvergence(world.now)
      this.advanceTo(scenario.safetyMs + livenessMs)
      this.finish()
      if (world.now < this.endMs) {
        this.advanceTo(this.endMs)
        this.finish()
      }
    }
    return this.result()
  }

  private step(step: Scenario['steps'][number]): void {
    if (!this.director.isOver) perform(this.director, step)
  }

  private advanceTo(time: number): void {
    if (this.isStopped) return
    const { world, options } = this
    const stops = options.stopAtViolation !== false
    this.isStopped = !world.runTo(
      time,
      () => !(stops && world.violations.length > 0) && !this.isStopped,
    )
    if (stops && world.violations.length > 0) this.isStopped = true
  }

  /** What must hold in the end, holds. */
  private finish(): void {
    if (this.isStopped) return
    for (const checker of this.world.checkers) checker.finish?.()
  }

  private lookAgain(): void {
    const { world, options, endMs } = this
    world.after(LOOK_EVERY_MS, () => {
      for (const checker of world.checkers) checker.look?.()
      if (options.progress?.(world.now, endMs) === false) this.isStopped = true
      if (world.now < endMs) this.lookAgain()
    })
  }

  private watchBootstrap(): void {
    const { world, scenario } = this
    if (scenario.start !== 'bootstrap') return
    world.after(CONVERGENCE_EVERY_MS, () => {
      if (!allKnown(world)) {
        this.watchBootstrap()
        return
      }
      world.measuring.bootstrapMs = world.now + scenario.settleMs
      world.isSettled = true
    })
  }

  /** Since when it held at the end; a later disagreement begins it anew. */
  private watchConvergence(healedAt: number): void {
    const { world, endMs } = this
    world.after(CONVERGENCE_EVERY_MS, () => {
      const agrees = this.agreement.holds(stayed(world))
      const { measuring } = world
      if (!agrees) measuring.convergenceMs = undefined
      else measuring.convergenceMs ??= world.now - healedAt
      if (world.now < endMs) this.watchConvergence(healedAt)
    })
  }

  private result(): RunResult {
    const { world, seed, endMs } = this
    const { hash, events, now, violations, faults, measuring, userMessages } = world
    return {
      seed,
      hash: hash.hex,
      events,
      virtualMs: now,
      complete: now >= endMs,
      violations,
      measures: measuring.result(userMessages),
      faults,
    }
  }
}

function joinersOf({ steps }: Scenario): number {
  let count = 0
  for (const step of steps) if (step.do === 'join') count += step.count
  return count
}
