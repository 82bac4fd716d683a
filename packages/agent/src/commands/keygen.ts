import { randomBytes } from 'node:crypto'
import { commonFlags } from '../configuration/common-flags.ts'
import { defaulted, oneOf } from '../configuration/flag.ts'
import { keyId, keyText } from '../configuration/key.ts'
import { exitCodes } from '../failure.ts'
import { command, outputOf } from './command.ts'

const sizes = ['16', '24', '32'] as const

export const keygenCommand = command({
  description:
    'Needs no agent. The key alone is written, also where stdout is no terminal, so that it can be put into a variable or a file; -o json adds its id.',
  flags: {
    ...commonFlags,
    bytes: defaulted('N', 'length of the key', oneOf(sizes), '32', { choices: sizes }),
  },
  examples: [
    ['hearsay keygen', 'a key for AES-256'],
    ['hearsay agent --key "$(hearsay keygen)"', 'an agent with a key of its own'],
  ],
  run: (invocation) => {
    const key = Uint8Array.from(randomBytes(Number(invocation.values.bytes)))
    const output = outputOf(invocation)
    const text = keyText(key)
    if (invocation.values.output === undefined) output.line(text)
    else output.answer({ key: text, id: keyId(key), bytes: key.length }, [text])
    return Promise.resolve(exitCodes.done)
  },
})
