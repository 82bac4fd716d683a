import { availableParallelism } from 'node:os'
import { namedScenarios, ruleSets } from '@hearsay/simulator'
import { commonFlags } from '../configuration/common-flags.ts'
import { readDuration } from '../configuration/duration.ts'
import {
  collected,
  defaulted,
  oneOf,
  repeated,
  single,
  toggle,
  wholeNumber,
} from '../configuration/flag.ts'
import { profileNames, readSettings } from '../configuration/settings.ts'
import { readDelay, readLoss, readSweep } from './readers.ts'

/** The scenario that is itself drawn from the seed. */
export const SWARM = 'swarm'

export const MAX_SEED = 2 ** 32 - 1

/** What is simulated: the flags of `hearsay sim` and of `hearsay sim replay`. */
export const scenarioFlags = {
  ...commonFlags,
  nodes: single('N', 'members at the beginning', wholeNumber(2, 100_000), {
    defaultText: '100, or what the file says',
  }),
  profile: single('P', 'settings to start from', oneOf(profileNames), {
    choices: profileNames,
    defaultText: 'lan, or what the file says',
  }),
  set: collected('NAME=VALUE', 'one setting, such as probeIntervalMs=500', readSettings),
  rules: single('R', "whose protocol runs: this one's, Go's, SWIM's", oneOf(ruleSets), {
    choices: ruleSets,
    defaultText: 'ours, or what the file says',
  }),
  scenario: defaulted(
    'NAME|FILE',
    'what happens: a name of `hearsay sim list`, or a file of JSON',
    (text) => text,
    'crash',
    { choices: [...namedScenarios.map(({ name }) => name), SWARM] },
  ),
  loss: single('P', 'share of the packets that is lost: 0.05 or 5%', readLoss, {
    defaultText: 'none',
  }),
  delay: single('MS[..MS]', 'how long a packet is on its way', readDelay, {
    defaultText: '0.25ms..0.75ms',
  }),
  checkers: single(
    'WHICH',
    'what looks for faults of the protocol; with none a run ends when the faults do, and takes less memory',
    oneOf(['all', 'none']),
    { choices: ['all', 'none'], defaultText: 'all, or what the file says' },
  ),
  for: single(
    'TIME',
    'how long the faults last, in virtual time',
    readDuration(1_000, 86_400_000),
    {
      defaultText: 'what the scenario says',
    },
  ),
}

export const simFlags = {
  ...scenarioFlags,
  seed: single('S', 'the first seed; each run has the next one', wholeNumber(0, MAX_SEED), {
    defaultText: 'drawn, and told first',
  }),
  runs: defaulted('R', 'runs, each with a seed of its own', wholeNumber(1, 100_000), '5'),
  sweep: repeated(
    'NAME=A,B,…',
    'a setting with several values, side by side; repeat for every combination',
    readSweep,
  ),
  compare: repeated(
    'FILE FILE…',
    'files side by side: scenarios, or settings for one of the list',
    (text) => text,
  ),
  report: single('FILE.html', 'write a report: one file, works offline', (text) => text),
  workers: single('N', 'runs at the same time', wholeNumber(1, 256), {
    defaultText: `one for each processor, ${availableParallelism()} here, as far as memory allows`,
  }),
  force: toggle('start although the estimate says that memory will not do'),
}
