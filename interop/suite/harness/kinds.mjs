import { RELEASES } from '../../releases.mjs'

/** Every release, and the two that stand for the new and the old. */
export const ALL = RELEASES
export const NEW_AND_OLD = ['v0.7.0', 'v0.2.2']
/** Labels came with v0.3.0. */
export const WITH_LABELS = ['v0.7.0', 'v0.5.4']

/** `['node', release]` and the other way round for each of the releases. */
export function bothWays(releases) {
  return releases.flatMap((release) => [
    ['node', release],
    [release, 'node'],
  ])
}
