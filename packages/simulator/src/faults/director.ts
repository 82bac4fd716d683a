import type { Network, Standstill, Step, Time } from '../scenario.ts'
import { Generator } from '../world/generator.ts'
import { columnOf, type LinkFault } from '../world/link-fault.ts'
import type { SimulatedMember } from '../world/member.ts'
import type { World } from '../world/world.ts'
import { choose, drawTime, indicesOf, namesOf } from './choosing.ts'

/** What every step has at hand: whom it may choose, what it may draw, how it ends. */
export class Director {
  readonly world: World
  readonly draws: Generator
  /** After the heal nothing bad begins any more. */
  isOver = false
  /** Those that are down and will start again, and how. Bound: the members. */
  readonly starting = new Map<number, () => void>()
  private readonly changes = new Set<Partial<Network>>()
  private readonly original: Network

  constructor(world: World) {
    this.world = world
    this.draws = new Generator(world.seed, 'steps')
    this.original = world.network.conditions
  }

  choose(choice: Parameters<typeof choose>[1]): SimulatedMember[] {
    return choose(this.world, choice, this.draws)
  }

  time(time: Time): number {
    return drawTime(time, this.draws)
  }

  column(members: readonly SimulatedMember[]): Uint8Array {
    return columnOf(indicesOf(members), this.world.capacity)
  }

  tell(members: readonly SimulatedMember[], text: string): void {
    this.world.fault(indicesOf(members), `${namesOf(members)} ${text}`)
  }

  /** For so long, or until all is healed. */
  during(forMs: Time | undefined, end: () => void): void {
    if (forMs !== undefined) this.world.after(this.time(forMs), end)
  }

  addFault(fault: LinkFault, forMs: Time | undefined, members: readonly SimulatedMember[]): void {
    const { faults } = this.world.network
    for (const member of members) member.isDisturbed = true
    faults.add(fault)
    this.during(forMs, () => {
      if (faults.delete(fault)) this.tell(members, 'are reached again')
    })
  }

  /** On top of what the network is like; the later change counts. */
  changeNetwork(change: Partial<Network>, forMs: Time | undefined): void {
    this.changes.add(change)
    this.applyChanges()
    this.during(forMs, () => {
      if (!this.changes.delete(change) || this.isOver) return
      this.applyChanges()
      this.world.fault([], 'the network is as before')
    })
  }

  pause(member: SimulatedMember, forMs: number, stops?: Standstill): void {
    if (member.isPaused || !member.isLive) return
    const { life } = member
    member.isDisturbed = true
    member.pause(stops)
    this.world.after(forMs, () => {
      if (member.life === life) member.wake()
    })
  }

  private applyChanges(): void {
    let conditions = this.original
    for (const change of this.changes) conditions = { ...conditions, ...change }
    this.world.network.conditions = conditions
  }
}

/** One kind of step, as it is done. */
export type Perform<Kind extends Step['do']> = (
  director: Director,
  step: Extract<Step, { do: Kind }>,
) => void
