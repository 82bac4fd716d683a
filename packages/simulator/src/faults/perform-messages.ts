import { bytesOf, LEAST_MESSAGE_BYTES, type UserMessage } from '../world/application.ts'
import type { SimulatedMember } from '../world/member.ts'
import type { World } from '../world/world.ts'
import type { Perform } from './director.ts'

export const performBroadcast: Perform<'broadcast'> = (director, step) => {
  const members = director.choose(step.who)
  director.tell(members, 'broadcast')
  for (const member of members) {
    for (let left = step.count ?? 1; left > 0; left--) {
      const message = newMessage(director.world, member, step.bytes ?? 64)
      member.whenAwake(() => {
        member.application?.messages.broadcast(message)
      })
    }
  }
}

/** To all of them, directly; by stream, if it is to be reliable. */
export const performSend: Perform<'send'> = (director, step) => {
  const { world } = director
  const to = director.choose(step.to)
  for (const member of director.choose(step.who)) {
    const message = newMessage(world, member, step.bytes ?? 64)
    for (const receiver of to) {
      if (receiver !== member)
        member.whenAwake(() => send(world, member, receiver, message, step.reliable))
    }
  }
}

function send(
  world: World,
  member: SimulatedMember,
  to: SimulatedMember,
  message: UserMessage,
  reliable: boolean | undefined,
): void {
  const bytes = bytesOf(message)
  if (reliable === true) world.streams.send(member, to.host, bytes, () => undefined)
  else member.running.sendUserMessage(member.now, bytes, to.host, to.port, -1)
}

/** Its audience: the processes that run now. Who has left hears nothing any more. */
function newMessage(world: World, from: SimulatedMember, bytes: number): UserMessage {
  const audience = new Int32Array(world.capacity)
  for (const { index, life, isLive, hasLeft } of world.members) {
    if (isLive && !hasLeft) audience[index] = life
  }
  const message: UserMessage = {
    id: world.userMessages.length,
    from: from.index,
    at: world.now,
    bytes: Math.max(LEAST_MESSAGE_BYTES, bytes),
    audience,
    reachedAt: new Float64Array(world.capacity).fill(Number.NaN),
  }
  world.userMessages.push(message)
  return message
}

export const performUpdateMeta: Perform<'update-meta'> = (director, step) => {
  const members = director.choose(step.who)
  director.tell(members, 'change their metadata')
  for (const member of members) {
    const meta = new Uint8Array(step.bytes ?? 32)
    for (let at = 0; at < meta.length; at++) meta[at] = director.draws.below(256)
    member.whenAwake(() => {
      member.meta = meta
      member.beforeChange().updateMeta(member.now, meta, () => undefined)
    })
  }
}
