import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KeyValueStore } from '@hearsay/kv'
import type { Member } from '@hearsay/memberlist'
import { z } from 'zod'
import { addressText, readJoinAddress } from '../configuration/address.ts'
import { CommandFailure, usageFailure } from '../failure.ts'
import { fileFailure, readIfThere, systemCode, writePrivately } from './private-file.ts'

const membersSchema = z.object({ members: z.array(z.string()).max(1_048_576) })

/** Members that are tried at the next start; further ones are not kept. */
const maxKnownMembers = 256

/**
 * What outlives the process: the gossip keys, the members to join again, and the key/value store.
 * One process at a time: a lock file holds the owner's process id, and when that process started
 * where the system tells, because after a crash the same id may be another program's.
 */
export class DataDirectory {
  readonly keyringPath: string
  readonly #path: string
  readonly #lockPath: string
  readonly #membersPath: string
  #saved = ''

  constructor(path: string) {
    this.keyringPath = join(path, 'keyring.json')
    this.#path = path
    this.#membersPath = join(path, 'members.json')
    this.#lockPath = join(path, 'agent.pid')
    try {
      mkdirSync(path, { recursive: true, mode: 0o700 })
      this.#lock(path)
    } catch (error) {
      throw error instanceof CommandFailure ? error : fileFailure(path, 'used', error)
    }
  }

  /** The folder of the key/value store: one for each wire, since what they keep is not the same. */
  storePath(wire: KeyValueStore['wire']): string {
    return join(this.#path, wire === 'native' ? 'kv' : `kv-${wire}`)
  }

  #lock(path: string): void {
    const ours = `${process.pid} ${startOf(process.pid) ?? ''}\n`
    try {
      writeFileSync(this.#lockPath, ours, { flag: 'wx', mode: 0o600 })
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error
      const [owner = Number.NaN, start] = (readIfThere(this.#lockPath) ?? '')
        .split(/\s+/)
        .map(Number)
      if (owner !== process.pid && isRunning(owner, start)) {
        throw usageFailure(
          `--data-dir got ${path}, which the running process ${owner} uses; each agent takes one of its own.`,
          `Give another directory, or stop process ${owner}. If that is no agent, remove ${this.#lockPath}.`,
          'ERR_DATA_DIR_IN_USE',
        )
      }
      writeFileSync(this.#lockPath, ours, { mode: 0o600 })
    }
  }

  /** Addresses to join, `NAME/HOST:PORT`. A file that cannot be understood counts as none. */
  knownMembers(): string[] {
    const text = readIfThere(this.#membersPath)
    if (text === undefined) return []
    try {
      return membersSchema.parse(JSON.parse(text)).members.map(readJoinAddress)
    } catch {
      return []
    }
  }

  saveMembers(members: readonly Member[]): void {
    const known = members
      .filter((member) => !member.local && member.name.isWellFormed())
      .slice(0, maxKnownMembers)
      .map(joinText)
    // An agent that ends up alone keeps the last company it had.
    if (known.length > 0) this.#write(known)
  }

  /** After a leave that was asked for: the next start is not to come back by itself. */
  forgetMembers(): void {
    this.#write([])
  }

  #write(members: readonly string[]): void {
    const text = `${JSON.stringify({ members }, null, 2)}\n`
    if (text === this.#saved) return
    writePrivately(this.#membersPath, text)
    this.#saved = text
  }

  release(): void {
    rmSync(this.#lockPath, { force: true })
  }
}

/** With the name, so that another process at that address is not taken for it. */
function joinText({ name, host, port }: Member): string {
  const address = addressText(host, port)
  return name.includes('/') ? address : `${name}/${address}`
}

/** @param start when it started, as `startOf` told it; 0 where that was not known */
function isRunning(pid: number, start = 0): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (systemCode(error) !== 'EPERM') return false
  }
  const now = startOf(pid)
  return start === 0 || now === undefined || now === start
}

/** Clock ticks from the start of the system to that of the process: field 22 of Linux' `stat`. */
function startOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The second field is the program's name in brackets, which may hold anything.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // A process that was killed, and whose parent has not looked yet, holds nothing any more.
    if (state === 'Z' || state === 'X') return 0
    const start = Number(fields[18])
    return Number.isSafeInteger(start) ? start : undefined
  } catch {
    return undefined
  }
}
