import type { Experiment } from './experiment.ts'
import { lifeguard } from './lifeguard.ts'
import { lifeguardTuning } from './lifeguard-tuning.ts'
import { rapidBootstrap } from './rapid-bootstrap.ts'
import { rapidBytes } from './rapid-bytes.ts'
import { rapidStability } from './rapid-stability.ts'
import { serfConvergence } from './serf-convergence.ts'
import { swimDetection } from './swim-detection.ts'
import { swimFalse } from './swim-false.ts'
import { swimMembers } from './swim-members.ts'

export const experiments: readonly Experiment[] = [
  swimDetection,
  swimFalse,
  swimMembers,
  lifeguard,
  lifeguardTuning,
  serfConvergence,
  rapidBootstrap,
  rapidBytes,
  rapidStability,
]
