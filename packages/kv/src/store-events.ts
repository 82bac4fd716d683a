import { EventEmitter } from 'node:events'
import type { KvEventMap, KvEventName } from './store.ts'

type Told = { [Name in KvEventName]: readonly [Name, KvEventMap[Name]] }[KvEventName]

/** Listeners of a store. They run when the present call is over: they may call the store. */
export class StoreEvents {
  readonly #emitter = new EventEmitter().setMaxListeners(0)
  /** What one call brought about. */
  #told: Told[] = []

  on<Name extends KvEventName>(name: Name, listener: (event: KvEventMap[Name]) => void): void {
    this.#emitter.on(name, listener)
  }

  off<Name extends KvEventName>(name: Name, listener: (event: KvEventMap[Name]) => void): void {
    this.#emitter.off(name, listener)
  }

  tell(...told: Told): void {
    if (this.#emitter.listenerCount(told[0]) === 0) return
    if (this.#told.length === 0) queueMicrotask(() => this.#flush())
    this.#told.push(told)
  }

  #flush(): void {
    const told = this.#told
    this.#told = []
    for (const [name, event] of told) this.#emitter.emit(name, event)
  }
}
