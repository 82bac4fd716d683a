import type { NodeRecord } from '@hearsay/memberlist/internal'
import { hostOf, type SimulatedMember } from '../world/member.ts'
import type { World } from '../world/world.ts'

/** Members that every configuration names to join; the others are found from them. */
export const SEEDS = 3

/** Makes the members of the scenario, and starts them as it says. */
export function startAll(world: World): void {
  const { scenario } = world
  for (let index = 0; index < scenario.nodes; index++) world.addMember()
  for (const member of world.members) member.start()
  if (scenario.start === 'joined') introduceAll(world)
  else bootstrap(world)
}

/** All know all, and nobody has anything to tell. */
function introduceAll(world: World): void {
  const { members } = world
  const records: NodeRecord[] = members.map(({ core }) => core.selfRecord)
  const incarnations = members.map(({ core }) => core.members.incarnation(core.self))
  const seeds = seedHosts(world)
  const [first] = members
  for (const member of members) {
    if (member === first) member.recall(records, (index) => incarnations[index])
    else member.recallAs(first)
    member.remember(seeds)
  }
}

function bootstrap(world: World): void {
  for (const member of world.members) {
    if (member.index > 0) member.join([hostOf(0)])
    else member.remember(seedHosts(world))
  }
}

export function seedHosts({ members }: World): string[] {
  return members.slice(0, SEEDS).map(({ host }) => host)
}

export function crash(world: World, member: SimulatedMember): void {
  if (!member.isLive) return
  const hadLeft = member.hasLeft
  member.crash()
  if (hadLeft) world.measuring.silent(member, world.now)
  else world.measuring.crashed(member, world.now, world.members)
  world.lifeChanged(member)
}

/**
 * A process begins where the former one ended. It joins the seeds of its configuration; with memory
 * also those that the former one knew last.
 */
export function restart(
  world: World,
  member: SimulatedMember,
  remembered?: readonly string[],
): void {
  if (member.isLive) return
  world.measuring.restarted(member)
  if (remembered === undefined) world.disks.wipe(member)
  member.start({ memory: remembered !== undefined })
  world.lifeChanged(member)
  const addresses = new Set([...seedHosts(world), ...(remembered ?? [])])
  addresses.delete(member.host)
  if (addresses.size > 0) member.join([...addresses].slice(0, ADDRESSES_TO_JOIN))
}

/** As many as one call of join tries at a time. */
const ADDRESSES_TO_JOIN = 16

/** The addresses of those that it knows now: what it writes down. */
export function knownHosts(member: SimulatedMember): string[] {
  const hosts: string[] = []
  const { members, self } = member.core
  members.forEach((slot, { host }) => {
    if (slot !== self && !members.isGone(slot)) hosts.push(host)
  })
  return hosts
}
