import { agentCommand } from './agent.ts'
import { broadcastCommand } from './broadcast.ts'
import { clusterCommand } from './cluster.ts'
import type { AnyCommand } from './command.ts'
import { completionCommand } from './completion.ts'
import { eventsCommand } from './events.ts'
import { inspectCommand } from './inspect.ts'
import { joinCommand } from './join.ts'
import { keygenCommand } from './keygen.ts'
import { keysAddCommand, keysListCommand, keysRemoveCommand, keysUseCommand } from './keys.ts'
import { kvGetCommand } from './kv-get.ts'
import { kvListCommand } from './kv-list.ts'
import { kvWatchCommand } from './kv-watch.ts'
import { kvDeleteCommand, kvPutCommand } from './kv-write.ts'
import { leaveCommand } from './leave.ts'
import { membersCommand } from './members.ts'
import { pingCommand } from './ping.ts'
import { sendCommand } from './send.ts'
import { simCommand } from './sim.ts'
import { simListCommand } from './sim-list.ts'
import { simReplayCommand } from './sim-replay.ts'

/** Every command, in the order of the help. */
export const commands: readonly AnyCommand[] = [
  agentCommand,
  clusterCommand,
  membersCommand,
  kvGetCommand,
  kvPutCommand,
  kvDeleteCommand,
  kvListCommand,
  kvWatchCommand,
  eventsCommand,
  pingCommand,
  joinCommand,
  leaveCommand,
  broadcastCommand,
  sendCommand,
  keysListCommand,
  keysAddCommand,
  keysUseCommand,
  keysRemoveCommand,
  keygenCommand,
  inspectCommand,
  simCommand,
  simListCommand,
  simReplayCommand,
  completionCommand(
    () => commands,
    () => groups,
  ),
]

interface Group {
  readonly summary: string
  readonly examples: AnyCommand['examples']
}

/** Commands that only hold others. */
export const groups: Readonly<Record<string, Group>> = {
  kv: {
    summary: 'the keys and values that all members share: get, put, del, list, watch',
    examples: [
      ['hearsay kv put greeting hello', 'write a key on the agent at 127.0.0.1:4001'],
      ['hearsay kv get greeting --http 127.0.0.1:4002', 'read it on another one'],
    ],
  },
  keys: {
    summary: 'the gossip keys of a running agent: list, add, use, remove',
    examples: [
      ['hearsay keys list', 'the keys of the agent at 127.0.0.1:4001, by their ids'],
      ['hearsay keygen | hearsay keys add -', 'a new key; the old one still encrypts'],
    ],
  },
}
