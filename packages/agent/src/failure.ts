import type { KvError } from '@hearsay/kv'
import { MemberlistError } from '@hearsay/memberlist'

/** What a command ends with. Scripts rely on these; they are documented in `--help`. */
export const exitCodes = {
  done: 0,
  failed: 1,
  /** Bad usage or configuration. */
  usage: 2,
  /** The agent or the cluster could not be reached. */
  unreachable: 3,
  /** SIGINT where the work was cut short. */
  interrupted: 130,
  /** SIGTERM where the work was cut short. */
  terminated: 143,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** A failure that the user is told in one sentence, with what to do, and no stack. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure'
  readonly exitCode: ExitCode
  readonly code: string
  readonly hint: string | undefined

  constructor(exitCode: ExitCode, code: string, message: string, hint?: string) {
    super(message)
    this.exitCode = exitCode
    this.code = code
    this.hint = hint
  }
}

export function usageFailure(message: string, hint?: string, code = 'ERR_CONFIG'): CommandFailure {
  return new CommandFailure(exitCodes.usage, code, message, hint)
}

/** Any error as a failure that can be told. What nobody foresaw keeps its stack, for the report. */
export function failureOf(error: unknown): CommandFailure {
  if (error instanceof CommandFailure) return error
  if (error instanceof MemberlistError) {
    return new CommandFailure(exitCodeOf(error), error.code, error.message)
  }
  if (isKvError(error)) {
    const isTaken = error.data['reason'] === 'in-use'
    const exitCode = isTaken ? exitCodes.usage : exitCodes.failed
    return new CommandFailure(exitCode, error.code, error.message)
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return new CommandFailure(
    exitCodes.failed,
    'ERR_INTERNAL',
    text,
    'This is a fault of hearsay itself; please report it with the text above.',
  )
}

/** By its name: only an agent loads the store, and the other commands start sooner without it. */
function isKvError(error: unknown): error is KvError {
  return error instanceof Error && error.name === 'KvError'
}

function exitCodeOf(error: MemberlistError): ExitCode {
  switch (error.code) {
    case 'ERR_CONFIG':
    case 'ERR_KEY':
    case 'ERR_ADDRESS':
      return exitCodes.usage
    case 'ERR_JOIN':
    case 'ERR_UNREACHABLE':
      return exitCodes.unreachable
    default:
      return exitCodes.failed
  }
}
