import type { UserMessage } from '../world/application.ts'
import type { Checked, Checker } from './checker.ts'

/**
 * User messages: each reaches all whose process ran when it was sent and runs still, if its sender
 * lives too, or anybody else got it. The rule is that of the application in `application.ts`: who
 * gets one gossips it on, and what was missed comes by push/pull. memberlist alone promises less:
 * the sender's gossip, so many times.
 */
export function messagesDelivered(
  world: Checked & { readonly userMessages: readonly UserMessage[] },
): Checker {
  return {
    name: 'messages-delivered',
    finish() {
      for (const message of world.userMessages) {
        const { audience, reachedAt, from } = message
        const hasHolder = world.members.some(
          ({ index, life, isLive, hasLeft }) =>
            isLive && !hasLeft && life === audience[index] && !Number.isNaN(reachedAt[index]),
        )
        if (!hasHolder) continue
        for (const member of world.members) {
          const { index, life, isLive, hasLeft, name } = member
          if (!isLive || hasLeft || life !== audience[index]) continue
          if (!Number.isNaN(reachedAt[index])) continue
          const sender = world.members[from].name
          const text = `message ${message.id} of ${sender} never reached ${name}, which stayed`
          world.violated('messages-delivered', member, text)
        }
      }
    },
  }
}
