import { namedScenarios } from '@hearsay/simulator'
import { commonFlags } from '../configuration/common-flags.ts'
import { durationText } from '../configuration/duration.ts'
import { exitCodes } from '../failure.ts'
import { swarmAnswers } from '../sim/plan.ts'
import { SWARM } from '../sim/sim-flags.ts'
import { command, outputOf } from './command.ts'

export const simListCommand = command({
  flags: commonFlags,
  examples: [
    ['hearsay sim list', 'all scenarios'],
    ['hearsay sim list -o json', 'for a script'],
  ],
  run: (invocation) => {
    const items: { name: string; answers: string; forMs?: number }[] = [
      ...namedScenarios.map(({ name, answers, forMs }) => ({ name, answers, forMs })),
      { name: SWARM, answers: swarmAnswers },
    ]
    outputOf(invocation).list(
      items,
      ['NAME', 'LASTS', 'WHAT IT ANSWERS'],
      ({ name, answers, forMs }) => [
        name,
        forMs === undefined ? 'drawn' : durationText(forMs),
        answers,
      ],
      { wraps: true },
    )
    return Promise.resolve(exitCodes.done)
  },
})
