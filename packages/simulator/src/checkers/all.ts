import type { CheckerName } from '../scenario.ts'
import type { World } from '../world/world.ts'
import { agreement } from './agreement.ts'
import { bounded } from './bounded.ts'
import type { Checker } from './checker.ts'
import { completeness } from './completeness.ts'
import { incarnationsOnlyGrow } from './incarnations-only-grow.ts'
import { messagesDelivered } from './messages-delivered.ts'
import { noHealthyMemberFailed } from './no-healthy-member-failed.ts'
import { noResurrection } from './no-resurrection.ts'
import { replicasConverge } from './replicas-converge.ts'

const makers: Readonly<Record<CheckerName, (world: World) => Checker>> = {
  'no-healthy-member-failed': noHealthyMemberFailed,
  agreement,
  completeness,
  'no-resurrection': noResurrection,
  'incarnations-only-grow': incarnationsOnlyGrow,
  bounded,
  'messages-delivered': messagesDelivered,
  'replicas-converge': replicasConverge,
}

export const checkerNames: [CheckerName, ...CheckerName[]] = [
  'no-healthy-member-failed',
  'agreement',
  'completeness',
  'no-resurrection',
  'incarnations-only-grow',
  'bounded',
  'messages-delivered',
  'replicas-converge',
]

export function makeCheckers(world: World, wanted: 'all' | readonly CheckerName[]): Checker[] {
  const names = wanted === 'all' ? checkerNames : wanted
  return names.map((name) => makers[name](world))
}
