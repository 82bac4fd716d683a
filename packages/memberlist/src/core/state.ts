/** A member's state as the wire has it (Go's `NodeStateType`). */
export const ALIVE = 0
export const SUSPECT = 1
export const DEAD = 2
export const LEFT = 3

export type State = typeof ALIVE | typeof SUSPECT | typeof DEAD | typeof LEFT
