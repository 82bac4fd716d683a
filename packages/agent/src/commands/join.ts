import { readJoinAddress } from '../configuration/address.ts'
import { clientFlags } from '../configuration/common-flags.ts'
import { readDuration } from '../configuration/duration.ts'
import { defaulted, splitAtCommas } from '../configuration/flag.ts'
import { Refusal } from '../configuration/refusal.ts'
import { exitCodes, usageFailure } from '../failure.ts'
import { joinedSchema } from '../http/schemas.ts'
import { triedAddresses } from '../output/event-line.ts'
import { printable } from '../output/printable.ts'
import { clientOf, command, outputOf, progressOf } from './command.ts'

const flags = {
  ...clientFlags,
  joinTimeout: defaulted('TIME', 'when the attempt is over', readDuration(1, 3_600_000), '10s'),
}

export const joinCommand = command({
  description: 'Ends with code 0 when at least one address answered, with 3 when none did.',
  operands: [{ form: '<address...>', meaning: 'HOST, HOST:PORT or NAME/HOST:PORT' }],
  flags,
  examples: [
    ['hearsay join 127.0.0.1:7947', 'join the member there'],
    ['hearsay join 10.0.0.1 db-3/10.0.0.2:7946 --join-timeout 3s', 'try two, for three seconds'],
  ],
  run: async (invocation) => {
    const addresses = invocation.operands.flatMap(splitAtCommas).map(readOperand)
    const { joinTimeout } = invocation.values
    const call = {
      method: 'POST',
      path: '/v1/join',
      json: { addresses, timeoutMs: joinTimeout },
      takesMs: joinTimeout,
    } as const
    const joined = await progressOf(invocation, `Joining ${addresses.join(', ')}`, () =>
      clientOf(invocation).call(call, joinedSchema.loose()),
    )
    const output = outputOf(invocation)
    for (const { address, detail } of joined.errors) {
      output.narrate(printable(`${address}: ${detail}`))
    }
    output.answer(joined, [`${joined.reached} of ${triedAddresses(joined)} addresses answered.`])
    return exitCodes.done
  },
})

function readOperand(text: string): string {
  try {
    return readJoinAddress(text)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw usageFailure(`The address got "${text}"; it takes ${error.takes}.`, undefined, error.code)
  }
}
