import type { SimulatedMember } from '../world/member.ts'
import type { Director, Perform } from './director.ts'
import { crash, knownHosts, restart, seedHosts } from './lives.ts'

/** How long after a graceful leave a process ends, where it is not said. */
const STOPS_AFTER_MS = 5_000

export const performCrash: Perform<'crash'> = (director, step) => {
  const { world } = director
  const members = director.choose(step.who)
  director.tell(members, 'crash')
  for (const member of members) {
    const remembered = step.memory === true ? knownHosts(member) : undefined
    crash(world, member)
    if (step.downMs === undefined) continue
    startLater(director, member, director.time(step.downMs), remembered)
  }
}

export const performRestartAll: Perform<'restart-all'> = (director, step) => {
  const { world, draws } = director
  const members = director.choose('all')
  const downMs = director.time(step.downMs)
  director.tell(members, `are stopped for ${Math.round(downMs)} ms, all`)
  const remembered = members.map((member) =>
    step.memory === true ? knownHosts(member) : undefined,
  )
  for (const member of members) crash(world, member)
  for (const [index, member] of members.entries()) {
    const staggerMs = draws.between(0, step.staggerMs ?? 0)
    startLater(director, member, downMs + staggerMs, remembered[index])
  }
}

/** Whatever is planned to start again does so at the heal at the latest: see `endFaults`. */
function startLater(
  director: Director,
  member: SimulatedMember,
  delayMs: number,
  remembered: readonly string[] | undefined,
): void {
  const { world } = director
  const start = (): void => {
    if (!director.starting.delete(member.index)) return
    restart(world, member, remembered)
    const how = remembered === undefined ? 'with no memory' : 'and remembers'
    director.tell([member], `starts again, ${how}`)
  }
  director.starting.set(member.index, start)
  world.after(delayMs, start)
}

export const performJoin: Perform<'join'> = (director, step) => {
  const { world } = director
  const joined: SimulatedMember[] = []
  for (let left = step.count; left > 0; left--) {
    const contact = director.choose({ draw: 1 })
    const member = world.addMember()
    member.start()
    world.lifeChanged(member)
    const hosts = new Set([...contact.map(({ host }) => host), ...seedHosts(world)])
    hosts.delete(member.host)
    member.join([...hosts])
    joined.push(member)
  }
  director.tell(joined, 'join')
}

export const performLeave: Perform<'leave'> = (director, step) => {
  const members = director.choose(step.who)
  director.tell(members, 'leave')
  for (const member of members) leave(director, member, step.stopAfterMs ?? STOPS_AFTER_MS)
}

function leave(director: Director, member: SimulatedMember, stopAfterMs: number): void {
  const { world } = director
  if (!member.isLive) return
  const { life } = member
  member.whenAwake(() => {
    member.hasLeft = true
    member.beforeChange().leave(member.now, nothing)
    world.measuring.silent(member, world.now)
  })
  world.after(stopAfterMs, () => {
    if (member.life === life) crash(world, member)
  })
}

/** One after the other leaves, is away, and comes back with the other version. */
export const performUpgrade: Perform<'rolling-upgrade'> = (director, step) => {
  const { world } = director
  const members = director.choose('all')
  const { everyMs, downMs, protocolVersion = 5 } = step
  director.tell(members, `are upgraded, one each ${everyMs} ms`)
  for (const [index, member] of members.entries()) {
    world.after(index * everyMs, () => {
      if (!member.isLive || director.isOver) return
      const stopAfterMs = Math.min(STOPS_AFTER_MS, everyMs / 2)
      leave(director, member, stopAfterMs)
      member.settings = { ...member.settings, protocolVersion }
      startLater(director, member, stopAfterMs + downMs, undefined)
    })
  }
}

function nothing(): void {
  // Nobody waits for its broadcast.
}
