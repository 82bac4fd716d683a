export type RefusalCode = 'ERR_CONFIG' | 'ERR_ADDRESS' | 'ERR_KEY'

/** A value that is not taken: thrown by the readers below, told with the flag's name by the resolver. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  /** What would be taken, with its range. */
  readonly takes: string
  /** What the value was, when it is not simply quoted: for secrets, or for one of several. */
  readonly got: string | undefined
  readonly code: RefusalCode

  constructor(takes: string, got?: string, code: RefusalCode = 'ERR_CONFIG') {
    super(takes)
    this.takes = takes
    this.got = got
    this.code = code
  }
}
