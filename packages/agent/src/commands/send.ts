import { namePath } from '../client/api-client.ts'
import { clientFlags } from '../configuration/common-flags.ts'
import { toggle } from '../configuration/flag.ts'
import { exitCodes } from '../failure.ts'
import { acceptedSchema } from '../http/schemas.ts'
import { clientOf, command, outputOf } from './command.ts'
import { readMessage } from './message-input.ts'

const flags = {
  ...clientFlags,
  reliable: toggle('by stream, not as a packet that may be lost'),
}

export const sendCommand = command({
  operands: [
    { form: '<member>', meaning: "the member's name" },
    { form: '[message]', meaning: 'the message; - or none: stdin, byte for byte' },
  ],
  flags,
  examples: [
    ['hearsay send node-2 hello', 'one packet'],
    ['hearsay send node-2 --reliable - < snapshot.bin', 'a file by stream'],
  ],
  run: async (invocation) => {
    const [name = '', operand] = invocation.operands
    const bytes = await readMessage(operand, invocation.surroundings)
    const query = invocation.values.reliable ? '?reliable' : ''
    const path = `/v1/members/${namePath(name)}/messages${query}`
    const call = { method: 'POST', path, bytes } as const
    const answer = await clientOf(invocation).call(call, acceptedSchema.loose())
    outputOf(invocation).answer(answer, [`${answer.bytes} bytes sent.`])
    return exitCodes.done
  },
})
