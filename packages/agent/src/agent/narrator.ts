import type { Member, MemberlistEvent } from '@hearsay/memberlist'
import { addressText } from '../configuration/address.ts'
import { byteSizeText } from '../configuration/byte-size.ts'
import type { JoinedJson } from '../http/schemas.ts'
import { triedAddresses } from '../output/event-line.ts'
import type { Log } from './log.ts'

/** Tells on stderr, in sentences, what an operator wants to read afterwards. */
export class Narrator {
  readonly #log: Log
  readonly #tellsEvents: boolean

  /** @param tellsEvents false where the events are to be seen beside the narration */
  constructor(log: Log, tellsEvents: boolean) {
    this.#log = log
    this.#tellsEvents = tellsEvents
  }

  tell(event: MemberlistEvent): void {
    if (!this.#tellsEvents) return
    const log = this.#log
    switch (event.type) {
      case 'join':
        if (!event.member.local) log.info(`${who(event.member)} joined.`)
        return
      case 'update':
        log.debug(`${who(event.member)} changed.`)
        return
      case 'suspect':
        log.warn(`${who(event.member)} is suspected to have failed, says ${event.from}.`)
        return
      case 'alive':
        log.info(`${who(event.member)} is alive after all.`)
        return
      case 'fail':
        log.warn(`${who(event.member)} failed, says ${event.from}.`)
        return
      case 'leave':
        log.info(`${who(event.member)} left.`)
        return
      case 'forget':
        log.debug(`${who(event.member)} is forgotten.`)
        return
      case 'message':
        log.debug(`A message of ${event.bytes.length} bytes came by ${event.via}.`)
        return
      case 'conflict':
        log.error(
          `${who(event.other)} uses the name of ${who(event.existing)}. Names must be unique; rename one of them.`,
        )
        return
      case 'health':
        log.debug(`Local health is ${event.score} (0 is best).`)
        return
      case 'pause':
        log.debug(`This process stood still for ${Math.round(event.pausedMs)} ms.`)
        return
      case 'warning':
        log.warn({ code: event.code }, event.text)
        return
    }
  }

  joined({ addresses, reached, errors }: JoinedJson, isTriedAgain: boolean): void {
    for (const { address, code, detail } of errors) {
      this.#log.warn({ code }, `Joining ${address} failed: ${detail}`)
    }
    const tried = triedAddresses({ addresses, reached, errors })
    const text = `${reached} of ${tried} addresses to join answered.`
    if (reached === 0) {
      this.#log.warn(isTriedAgain ? `${text} They are tried again in the background.` : text)
    } else if (this.#tellsEvents) this.#log.info(text)
  }

  storeFull(full: boolean, maxBytes: number): void {
    const bound = byteSizeText(maxBytes)
    if (!full) this.#log.info(`The key/value store has room again, of ${bound}.`)
    else
      this.#log.warn(
        `The key/value store is full: writes are refused, those of other members too. Delete large keys, or start all agents with more than --kv-max-bytes ${bound}.`,
      )
  }

  leaveFailed(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error)
    this.#log.warn(`The others may not all know that this member left: ${why}`)
  }
}

function who(member: Member): string {
  return `${member.name} (${addressText(member.host, member.port)})`
}
