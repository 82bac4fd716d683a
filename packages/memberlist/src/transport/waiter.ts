/**
 * One promise at a time that somebody waits for. Settling it while nobody waits does nothing and
 * says so. A stream has one for its reader and one for its writer: a second reader at the same
 * time is a mistake of the program, since the bytes have one order.
 */
export class Waiter<Value> {
  #resolve: ((value: Value) => void) | undefined
  #reject: ((error: Error) => void) | undefined

  wait(): Promise<Value> {
    if (this.#resolve !== undefined) {
      return Promise.reject(new Error('A stream takes one read and one write at a time.'))
    }
    return new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  /** False when nobody waited. */
  resolve(value: Value): boolean {
    const resolve = this.#resolve
    this.#clear()
    resolve?.(value)
    return resolve !== undefined
  }

  reject(error: Error): void {
    const reject = this.#reject
    this.#clear()
    reject?.(error)
  }

  #clear(): void {
    this.#resolve = undefined
    this.#reject = undefined
  }
}
