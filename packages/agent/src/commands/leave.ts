import { clientFlags } from '../configuration/common-flags.ts'
import { exitCodes } from '../failure.ts'
import { leftSchema } from '../http/schemas.ts'
import { printable } from '../output/printable.ts'
import { clientOf, command, outputOf, progressOf } from './command.ts'

export const leaveCommand = command({
  description:
    'With --data-dir the agent also forgets its members: the next start does not come back by itself.',
  flags: clientFlags,
  examples: [
    ['hearsay leave', 'the agent at 127.0.0.1:4001 leaves'],
    ['hearsay leave --http 127.0.0.1:4002', 'another one does'],
  ],
  run: async (invocation) => {
    const call = { method: 'POST', path: '/v1/leave' } as const
    const answer = await progressOf(invocation, 'Telling the others', () =>
      clientOf(invocation).call(call, leftSchema.loose()),
    )
    outputOf(invocation).answer(answer, [`${printable(answer.name)} left.`])
    return exitCodes.done
  },
})
