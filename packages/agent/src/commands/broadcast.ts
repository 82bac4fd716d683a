import { clientFlags } from '../configuration/common-flags.ts'
import { single, toggle } from '../configuration/flag.ts'
import { exitCodes } from '../failure.ts'
import { broadcastSchema } from '../http/schemas.ts'
import { clientOf, command, outputOf } from './command.ts'
import { readMessage } from './message-input.ts'

const flags = {
  ...clientFlags,
  as: single('NAME', 'replaces a broadcast of that name that is still queued', (text) => text),
  wait: toggle('wait until it was sent as often as it should'),
}

export const broadcastCommand = command({
  operands: [{ form: '[message]', meaning: 'the message; - or none: stdin, byte for byte' }],
  flags,
  examples: [
    ["hearsay broadcast 'deploy 42 begins'", 'a text for everybody'],
    ['hearsay broadcast --as config --wait - < config.json', 'bytes that replace older ones'],
  ],
  run: async (invocation) => {
    const bytes = await readMessage(invocation.operands[0], invocation.surroundings)
    const query = new URLSearchParams()
    if (invocation.values.as !== undefined) query.set('name', invocation.values.as)
    if (invocation.values.wait) query.set('wait', '')
    const path = `/v1/broadcast${query.size === 0 ? '' : `?${query.toString()}`}`
    const call = { method: 'POST', path, bytes } as const
    const answer = await clientOf(invocation).call(call, broadcastSchema.loose())
    outputOf(invocation).answer(answer, [`${answer.bytes} bytes ${answer.outcome}.`])
    return answer.outcome === 'shed' ? exitCodes.failed : exitCodes.done
  },
})
