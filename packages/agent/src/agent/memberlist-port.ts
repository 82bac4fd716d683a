import type { Memberlist, MemberlistEvent } from '@hearsay/memberlist'

/** The part of the library's door that the agent goes through; tests put a small one in its place. */
export type AgentMemberlist = Pick<
  Memberlist,
  | 'allMembers'
  | 'bound'
  | 'broadcast'
  | 'health'
  | 'join'
  | 'keyring'
  | 'leave'
  | 'local'
  | 'member'
  | 'members'
  | 'ping'
  | 'send'
  | 'sendReliable'
  | 'settings'
  | 'shutdown'
  | 'stats'
  | 'updateMeta'
> & { on(name: 'event', listener: (event: MemberlistEvent) => void): unknown }
