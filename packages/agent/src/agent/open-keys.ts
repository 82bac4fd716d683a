import { Keyring } from '@hearsay/memberlist'
import type { AgentConfiguration } from '../configuration/agent-configuration.ts'
import { usageFailure } from '../failure.ts'
import { readKeyringFile, writeKeyringFile } from './keyring-file.ts'
import { Keys } from './keys.ts'
import type { Log } from './log.ts'

export interface OpenedKeys {
  readonly keyring: Keyring | undefined
  readonly keys: Keys
}

/**
 * The keys to start with: from the file where there is one, because what was rotated since is
 * there, else from the flags. Changes go back to the file.
 */
export function openKeys(
  configuration: AgentConfiguration,
  dataPath: string | undefined,
  log: Log,
): OpenedKeys {
  const { keyringFile } = configuration
  const path = keyringFile ?? dataPath
  const kept = path === undefined ? undefined : readKeyringFile(path)
  if (keyringFile !== undefined && kept === undefined) {
    throw usageFailure(
      `--keyring-file got ${keyringFile}, which does not exist; it takes a JSON list of keys, ["base64…", …].`,
    )
  }
  if (kept !== undefined && configuration.keys.length > 0) {
    log.info(`The keys are those of ${path}; --key counts only where there are none yet.`)
  }
  const initial = kept ?? configuration.keys
  if (initial.length === 0) return { keyring: undefined, keys: new Keys(undefined, () => {}) }
  const save = (keys: readonly Uint8Array[]) => {
    if (path !== undefined) writeKeyringFile(path, keys)
  }
  if (kept === undefined) save(initial)
  const keyring = new Keyring(initial)
  return { keyring, keys: new Keys(keyring, save) }
}
