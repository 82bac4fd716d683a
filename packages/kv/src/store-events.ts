import { EventEmitter } from 'node:events'
import type { KvEventMap, KvEventName, KvWarning } from './store.ts'

type Told = { [Name in KvEventName]: readonly [Name, KvEventMap[Name]] }[KvEventName]

/**
 * Listeners of a store. They run when the present call is over: they may call the store. What is
 * warned of before anybody listens, damage that was found at the opening for one, waits for the
 * first who does: the last of each kind.
 */
export class StoreEvents {
  readonly #emitter = new EventEmitter().setMaxListeners(0)
  /** What one call brought about. */
  #told: Told[] = []
  readonly #unheard = new Map<KvWarning['code'], KvWarning>()

  on<Name extends KvEventName>(name: Name, listener: (event: KvEventMap[Name]) => void): void {
    this.#emitter.on(name, listener)
    if (name !== 'warning') return
    for (const warning of this.#unheard.values()) this.tell('warning', warning)
    this.#unheard.clear()
  }

  off<Name extends KvEventName>(name: Name, listener: (event: KvEventMap[Name]) => void): void {
    this.#emitter.off(name, listener)
  }

  tell(...told: Told): void {
    if (this.#emitter.listenerCount(told[0]) === 0) {
      if (told[0] === 'warning') this.#unheard.set(told[1].code, told[1])
      return
    }
    if (this.#told.length === 0) queueMicrotask(() => this.#flush())
    this.#told.push(told)
  }

  #flush(): void {
    const told = this.#told
    this.#told = []
    for (const [name, event] of told) this.#emitter.emit(name, event)
  }
}
