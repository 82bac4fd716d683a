import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { CommandFailure, exitCodes } from '../failure.ts'

/** Writes all or nothing, for the owner's eyes only. */
export function writePrivately(path: string, text: string): void {
  const fresh = `${path}.${process.pid}.new`
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    writeFileSync(fresh, text, { mode: 0o600, flush: true })
    renameSync(fresh, path)
  } catch (error) {
    rmSync(fresh, { force: true })
    throw fileFailure(path, 'written', error)
  }
}

/** The text of the file, or undefined where there is none. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw fileFailure(path, 'read', error)
  }
}

export function systemCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : undefined
}

export function fileFailure(path: string, done: string, error: unknown): CommandFailure {
  const why = error instanceof Error ? error.message : String(error)
  return new CommandFailure(
    exitCodes.failed,
    'ERR_FILE',
    `${path} cannot be ${done}: ${why}.`,
    'Check that the directory exists and belongs to this user.',
  )
}
