import type { Keyring } from '@hearsay/memberlist'
import { keyId, keyText, readKey } from '../configuration/key.ts'
import { Refusal } from '../configuration/refusal.ts'
import { HttpProblem } from '../http/problem.ts'
import type { KeysJson } from '../http/schemas.ts'

/** The gossip keys of a running member: changes take effect at once and are kept where there is a file. */
export class Keys {
  readonly #keyring: Keyring | undefined
  readonly #save: (keys: readonly Uint8Array[]) => void

  constructor(keyring: Keyring | undefined, save: (keys: readonly Uint8Array[]) => void) {
    this.#keyring = keyring
    this.#save = save
  }

  list(reveal: boolean): KeysJson {
    const keys = this.#keyring?.keys ?? []
    return {
      keys: keys.map((key, index) => ({
        id: keyId(key),
        bytes: key.length as 16 | 24 | 32,
        primary: index === 0,
        ...(reveal && { key: keyText(key) }),
      })),
    }
  }

  add(text: string, primary: boolean): void {
    const keyring = this.#required()
    const key = this.#find(keyring, text) ?? read(text)
    keyring.add(key)
    if (primary) keyring.use(key)
    this.#save(keyring.keys)
  }

  remove(text: string): void {
    const keyring = this.#required()
    const key = this.#find(keyring, text)
    if (key === undefined) throw unknown('There is no such key.')
    if (keyId(key) === keyId(keyring.keys[0] ?? key)) {
      throw new HttpProblem(409, 'ERR_KEY', `Key ${keyId(key)} encrypts what is sent.`, {
        hint: 'Use another key first, on all members; then remove this one.',
      })
    }
    keyring.remove(key)
    this.#save(keyring.keys)
  }

  #required(): Keyring {
    if (this.#keyring !== undefined) return this.#keyring
    throw new HttpProblem(409, 'ERR_KEY', 'This member does not encrypt, so it has no keys.', {
      hint: 'Start it with --key or --keyring-file.',
    })
  }

  /** The key that is meant, by its id or by itself. */
  #find(keyring: Keyring, text: string): Uint8Array | undefined {
    const byId = keyring.keys.find((key) => keyId(key) === text)
    if (byId !== undefined) return byId
    const id = keyId(read(text))
    return keyring.keys.find((key) => keyId(key) === id)
  }
}

function read(text: string): Uint8Array {
  // No key is that short, in whichever writing: it was meant as an id.
  if (/^[0-9a-f]{16}$/.test(text)) throw unknown(`No key here has the id ${text}.`)
  try {
    return readKey(text)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw new HttpProblem(
      400,
      'ERR_KEY',
      `Got ${error.got ?? 'no key'}; it takes ${error.takes}.`,
      {
        hint: 'hearsay keygen makes a key; GET /v1/keys (hearsay keys list) lists the ids of those that there are.',
      },
    )
  }
}

function unknown(detail: string): HttpProblem {
  return new HttpProblem(404, 'ERR_KEY', detail, {
    hint: 'GET /v1/keys (hearsay keys list) lists the ids of the keys that there are.',
  })
}
