import { churn, crash, crashMany, restartAll } from './crashes.ts'
import type { NamedScenario } from './named-scenario.ts'
import { flipFlop, oneWayLoss, partition } from './network-faults.ts'
import { lifeguardInterval, lifeguardThreshold, pauseGc } from './pauses.ts'
import { bootstrap, rollingUpgrade, spread, steady } from './quiet.ts'

/** Every scenario by name, in the order of `hearsay sim list`. */
export const namedScenarios: readonly NamedScenario[] = [
  crash,
  crashMany,
  bootstrap,
  restartAll,
  partition,
  flipFlop,
  oneWayLoss,
  lifeguardThreshold,
  lifeguardInterval,
  spread,
  steady,
  churn,
  rollingUpgrade,
  pauseGc,
]
