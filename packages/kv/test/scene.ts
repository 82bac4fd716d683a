import type { Step } from './convergence.test.ts'
import { Ledger } from './ledger.ts'
import { World } from './world.ts'

/** Long enough for every pause, skew and pause between attempts to be over. */
const REST_MS = 150_000

/** Members on whom anything may come down, and what their users did. */
export class Scene {
  readonly world: World
  readonly ledger = new Ledger()
  readonly keys = new Set<string>()

  /** @param disks a bit for each member that has one */
  constructor(seed: number, nodes: number, disks: number) {
    this.world = new World(seed)
    this.world.cluster(nodes, (index) => (disks & (1 << index)) !== 0)
    this.world.run(1_000)
  }

  play(step: Step): void {
    const { world } = this
    switch (step.kind) {
      case 'run':
        world.run(step.ms)
        return
      case 'network':
        world.conditions = { ...step }
        return
      case 'partition':
        this.partition(step.sides, step.isNoticed)
        return
      case 'heal':
        this.heal()
        return
      case 'pause':
        world.nodes[step.node].pausedUntil = world.now + step.ms
        return
      case 'crash':
        this.crash(step.node)
        return
      case 'restart':
        world.nodes[step.node].restart()
        return
      case 'clock':
        world.nodes[step.node].clockOffsetMs = step.offsetMs
        return
      case 'put':
        this.write(step.node, step.key, step.bytes, step.ttlMs)
        return
      case 'delete':
        this.write(step.node, step.key, undefined, 0)
        return
    }
  }

  /** Everything is in order again, for long enough. */
  comeToRest(): void {
    const { world } = this
    world.conditions = { loss: 0, duplication: 0, maxDelayMs: 5 }
    for (const node of world.nodes) {
      node.clockOffsetMs = 0
      node.restart()
    }
    this.heal()
    world.run(REST_MS)
  }

  checkLedger(): void {
    for (const key of this.keys) {
      const [node] = this.world.nodes
      const complaint = this.ledger.complaint(key, node.read(key), this.world.wallMs)
      if (complaint !== undefined) throw new Error(complaint)
    }
  }

  private write(index: number, key: string, bytes: number | undefined, ttlMs: number): void {
    const node = this.world.nodes[index]
    if (!node.isUp || node.pausedUntil > this.world.now) return
    const value = bytes === undefined ? undefined : this.ledger.value(bytes)
    this.keys.add(key)
    this.ledger.write(node, key, value, ttlMs)
  }

  private crash(index: number): void {
    const node = this.world.nodes[index]
    if (!node.isUp) return
    node.crash()
    this.ledger.crashed(node)
  }

  private partition(sides: number, isNoticed: boolean): void {
    const { world } = this
    this.heal()
    world.partition((index) => (sides >> index) & 1)
    if (isNoticed) this.tell((one, other) => world.reaches(one, other))
  }

  private heal(): void {
    this.world.heal()
    this.tell(() => true)
  }

  private tell(isThere: (one: string, other: string) => boolean): void {
    for (const { replica, instant, name, isUp } of this.world.nodes) {
      if (!isUp) continue
      for (const other of this.world.nodes) {
        if (other.name === name || !other.isUp) continue
        if (isThere(name, other.name)) replica.memberUp(instant, other.name)
        else replica.memberDown(instant, other.name)
      }
    }
  }
}
