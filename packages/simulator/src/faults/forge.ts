import { Generator } from '../world/generator.ts'
import type { SimulatedMember } from '../world/member.ts'
import type { World } from '../world/world.ts'
import type { Director, Perform } from './director.ts'
import { ForgedMessages, spoil } from './forged-messages.ts'

/** Packets that a hostile member remembers to send again, or to spoil. */
const OVERHEARD = 64

/**
 * Members that lie: each goes on as a member, and besides sends forged messages, spoiled and old
 * ones, by packet and by stream, as itself or with somebody else's address as the source.
 */
export const performForge: Perform<'forge'> = (director, step) => {
  const { world } = director
  const members = director.choose(step.who)
  director.tell(members, `send forged messages, one each ${step.everyMs} ms`)
  for (const member of members) {
    const liar = new Liar(director, member)
    member.isHostile = true
    member.isDisturbed = true
    director.during(step.forMs, () => liar.stop())
    liar.goOn(step.everyMs)
  }
  listen(world)
}

/** From now on packets are remembered, the last few. */
function listen(world: World): void {
  const heard: Uint8Array[] = []
  world.heard = heard
  world.overheard = (bytes) => {
    heard.push(bytes.slice())
    if (heard.length > OVERHEARD) heard.shift()
  }
}

class Liar {
  private readonly director: Director
  private readonly member: SimulatedMember
  private readonly draws: Generator
  private readonly forged: ForgedMessages
  private isStopped = false

  constructor(director: Director, member: SimulatedMember) {
    this.director = director
    this.member = member
    this.draws = new Generator(director.world.seed, 'forger', member.index)
    this.forged = new ForgedMessages(director.world, this.draws)
  }

  stop(): void {
    this.isStopped = true
  }

  goOn(everyMs: number): void {
    const { director } = this
    if (this.isStopped || director.isOver) return
    if (this.member.isLive && !this.member.isPaused) this.lie()
    director.world.after(everyMs, () => this.goOn(everyMs))
  }

  private lie(): void {
    const { draws, member, forged } = this
    const { world } = this.director
    const { members, heard } = world
    const to = draws.pick(members)
    if (draws.chance(0.1)) {
      world.streams.say(member, to.host, forged.state(member))
      return
    }
    const from = draws.chance(0.3) ? draws.pick(members) : member
    const isNew = heard.length === 0 || draws.chance(0.6)
    if (isNew) world.send(from, forged.packet(member), to.host)
    else {
      const bytes = draws.pick(heard)
      world.send(from, draws.chance(0.3) ? bytes : spoil(bytes, draws.pick(heard), draws), to.host)
    }
  }
}
