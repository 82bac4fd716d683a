import { clientFlags } from '../configuration/common-flags.ts'
import { type Flags, toggle } from '../configuration/flag.ts'
import { exitCodes } from '../failure.ts'
import { type KeysJson, keysSchema } from '../http/schemas.ts'
import type { Surroundings } from '../output/streams.ts'
import type { Cell } from '../output/table.ts'
import { clientOf, command, type Invocation, outputOf } from './command.ts'
import { readAll } from './message-input.ts'

const rotation =
  'To rotate a key: add the new one to all members, use it on all, then remove the old one from all.'

const keyOperand = {
  form: '<key>',
  meaning: 'the key in base64 or hex, the id of one that is there, or - for stdin',
}

const listFlags = {
  ...clientFlags,
  reveal: toggle('show the keys themselves; the API must be asking for a token'),
}

export const keysListCommand = command({
  flags: listFlags,
  examples: [
    ['hearsay keys list', 'ids, and which key encrypts'],
    ['hearsay keys list --http 127.0.0.1:4002 -o json', "another agent's, for a script"],
  ],
  run: async (invocation) => {
    const path = invocation.values.reveal ? '/v1/keys?reveal' : '/v1/keys'
    show(invocation, await clientOf(invocation).call({ path }, keysSchema.loose()))
    return exitCodes.done
  },
})

function changing(
  verb: string,
  how: { readonly method: 'POST' | 'DELETE'; readonly primary?: true },
  secondExample: readonly [string, string],
) {
  return command({
    description: rotation,
    operands: [keyOperand],
    flags: clientFlags,
    examples: [
      [`hearsay keys ${verb} 4iEFn5+e60cyVDh8Nev1UA==`, 'on the agent at 127.0.0.1:4001'],
      secondExample,
    ],
    run: async (invocation) => {
      const { method, primary } = how
      const key = await readOperand(invocation.operands[0], invocation.surroundings)
      const json = primary === undefined ? { key } : { key, primary }
      const client = clientOf(invocation)
      show(invocation, await client.call({ method, path: '/v1/keys', json }, keysSchema.loose()))
      return exitCodes.done
    },
  })
}

export const keysAddCommand = changing('add', { method: 'POST' }, [
  'hearsay keygen | hearsay keys add -',
  'a new key that no process list shows',
])

export const keysUseCommand = changing('use', { method: 'POST', primary: true }, [
  'hearsay keys use 46b8d8fae57da201',
  'one that is there, by its id',
])

export const keysRemoveCommand = changing('remove', { method: 'DELETE' }, [
  'hearsay keys remove 46b8d8fae57da201',
  'by its id',
])

async function readOperand(operand = '', surroundings: Surroundings): Promise<string> {
  if (operand !== '-') return operand
  return Buffer.from(await readAll(surroundings.stdin))
    .toString('utf8')
    .trim()
}

function show(invocation: Invocation<typeof clientFlags & Flags>, answer: KeysJson): void {
  const output = outputOf(invocation)
  const cells = ({ id, bytes, primary, key }: KeysJson['keys'][number]): Cell[] => [
    id,
    `AES-${bytes * 8}`,
    primary ? { text: 'encrypts', hue: 'green' } : 'decrypts',
    key ?? '',
  ]
  if (output.format !== 'table') output.answer(answer, [])
  else if (answer.keys.length === 0) output.line('This agent does not encrypt: it has no keys.')
  else output.table(['ID', 'CIPHER', 'USE', 'KEY'], answer.keys.map(cells))
}
