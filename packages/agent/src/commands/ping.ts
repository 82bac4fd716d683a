import { setTimeout as sleep } from 'node:timers/promises'
import { namePath } from '../client/api-client.ts'
import { clientFlags } from '../configuration/common-flags.ts'
import { readDuration } from '../configuration/duration.ts'
import { defaulted, wholeNumber } from '../configuration/flag.ts'
import { exitCodes } from '../failure.ts'
import { pingSchema } from '../http/schemas.ts'
import { printable } from '../output/printable.ts'
import { clientOf, command, outputOf } from './command.ts'

const flags = {
  ...clientFlags,
  count: defaulted('N', 'how often', wholeNumber(1, 1_000_000), '1'),
  interval: defaulted('TIME', 'time between two pings', readDuration(10, 3_600_000), '1s'),
}

export const pingCommand = command({
  operands: [{ form: '<member>', meaning: "the member's name" }],
  flags,
  examples: [
    ['hearsay ping node-2', 'one ping from the agent at 127.0.0.1:4001'],
    ['hearsay ping node-2 --count 5 --interval 200ms', 'five of them'],
  ],
  run: async (invocation) => {
    const { count, interval } = invocation.values
    const [name = ''] = invocation.operands
    const client = clientOf(invocation)
    const output = outputOf(invocation, count === 1 ? 'answer' : 'stream')
    const path = `/v1/members/${namePath(name)}/ping`
    for (let sent = 1; ; sent++) {
      const answer = await client.call({ method: 'POST', path }, pingSchema.loose())
      const line = `${printable(answer.name)} answered in ${answer.roundTripMs.toFixed(2)} ms`
      if (count === 1) output.answer(answer, [line])
      else if (output.format === 'table') output.line(line)
      else output.json(answer)
      if (sent === count) return exitCodes.done
      await sleep(interval, undefined, { signal: invocation.surroundings.interrupted })
    }
  },
})
