import type { AnyCommand, LazyCommand, NamedCommand } from './command.ts'

/** Every command, in the order of the help. */
export const commands: readonly LazyCommand[] = [
  {
    name: 'agent',
    summary: 'run a member of a cluster, with an HTTP API',
    load: async () => (await import('./agent.ts')).agentCommand,
  },
  {
    name: 'cluster',
    summary: 'run several agents on this machine and show what they do',
    load: async () => (await import('./cluster.ts')).clusterCommand,
  },
  {
    name: 'members',
    summary: 'list the members that an agent knows',
    load: async () => (await import('./members.ts')).membersCommand,
  },
  {
    name: 'kv get',
    summary: 'write the value of a key to stdout',
    load: async () => (await import('./kv-get.ts')).kvGetCommand,
  },
  {
    name: 'kv put',
    summary: 'write a key, for all members to read',
    load: async () => (await import('./kv-write.ts')).kvPutCommand,
  },
  {
    name: 'kv del',
    summary: 'delete a key, on all members',
    load: async () => (await import('./kv-write.ts')).kvDeleteCommand,
  },
  {
    name: 'kv list',
    summary: 'list keys by their bytes, without the values',
    load: async () => (await import('./kv-list.ts')).kvListCommand,
  },
  {
    name: 'kv watch',
    summary: 'follow what becomes of a key, of some keys, or of all',
    load: async () => (await import('./kv-watch.ts')).kvWatchCommand,
  },
  {
    name: 'events',
    summary: 'follow what happens, as an agent sees it',
    load: async () => (await import('./events.ts')).eventsCommand,
  },
  {
    name: 'ping',
    summary: 'let an agent ping a member, and tell the round trip',
    load: async () => (await import('./ping.ts')).pingCommand,
  },
  {
    name: 'join',
    summary: 'let an agent join other members',
    load: async () => (await import('./join.ts')).joinCommand,
  },
  {
    name: 'leave',
    summary: 'let an agent leave the cluster in good order; it ends then',
    load: async () => (await import('./leave.ts')).leaveCommand,
  },
  {
    name: 'broadcast',
    summary: 'send a message to all members by gossip',
    load: async () => (await import('./broadcast.ts')).broadcastCommand,
  },
  {
    name: 'send',
    summary: 'send a message to one member',
    load: async () => (await import('./send.ts')).sendCommand,
  },
  {
    name: 'keys list',
    summary: 'list the gossip keys of an agent by their ids',
    load: async () => (await import('./keys.ts')).keysListCommand,
  },
  {
    name: 'keys add',
    summary: 'add a gossip key that decrypts',
    load: async () => (await import('./keys.ts')).keysAddCommand,
  },
  {
    name: 'keys use',
    summary: 'encrypt with a gossip key from now on',
    load: async () => (await import('./keys.ts')).keysUseCommand,
  },
  {
    name: 'keys remove',
    summary: 'remove a gossip key that no longer encrypts',
    load: async () => (await import('./keys.ts')).keysRemoveCommand,
  },
  {
    name: 'keygen',
    summary: 'make a gossip key',
    load: async () => (await import('./keygen.ts')).keygenCommand,
  },
  {
    name: 'inspect',
    summary: 'show what is in bytes taken from the network',
    load: async () => (await import('./inspect.ts')).inspectCommand,
  },
  {
    name: 'sim',
    summary: 'simulate a cluster: what will these settings do at N nodes?',
    load: async () => (await import('./sim.ts')).simCommand,
  },
  {
    name: 'sim list',
    summary: 'the scenarios by name, each with the question that it answers',
    load: async () => (await import('./sim-list.ts')).simListCommand,
  },
  {
    name: 'sim replay',
    summary: 'run seeds again exactly, and show what led to a failed checker',
    load: async () => (await import('./sim-replay.ts')).simReplayCommand,
  },
  {
    name: 'completion',
    summary: 'print a completion script for a shell',
    load: async () => (await import('./completion.ts')).completionCommand(loadCommands, groups),
  },
]

/** All commands, or those whose name begins with that word. */
export function loadCommands(firstWord?: string): Promise<NamedCommand[]> {
  const wanted = commands.filter(
    ({ name }) => firstWord === undefined || name.split(' ')[0] === firstWord,
  )
  return Promise.all(
    wanted.map(async ({ name, summary, load }) => ({ name, summary, ...(await load()) })),
  )
}

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
