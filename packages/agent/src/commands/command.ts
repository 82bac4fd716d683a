import { ApiClient } from '../client/api-client.ts'
import type { clientFlags, commonFlags } from '../configuration/common-flags.ts'
import type { Flags, Values } from '../configuration/flag.ts'
import type { Resolved } from '../configuration/resolve.ts'
import type { ExitCode } from '../failure.ts'
import { Output } from '../output/output.ts'
import { type Progress, withProgress } from '../output/progress.ts'
import type { Surroundings } from '../output/streams.ts'

/** What stands after the flags. */
export interface Operand {
  /** `<name>`, `[message]` or `<address...>`. */
  readonly form: string
  readonly meaning: string
}

/** What the overview says of a command. */
export interface Listing {
  /** `members`, or `keys add` for a command within another. */
  readonly name: string
  readonly summary: string
}

/** A command whose code is loaded when it is asked for: who lists members has no use for the simulator. */
export interface LazyCommand extends Listing {
  readonly load: () => Promise<AnyCommand>
}

export interface CommandSpecification<F extends Flags> {
  /** What the help says beyond the summary. */
  readonly description?: string
  readonly operands?: readonly Operand[]
  readonly flags: F
  /** At least two, each a command line that works, with what it does. */
  readonly examples: readonly (readonly [line: string, meaning: string])[]
  readonly run: (invocation: Invocation<F>) => Promise<ExitCode>
}

export interface Invocation<F extends Flags> {
  readonly flags: F
  readonly resolved: Resolved<F>
  readonly values: Values<F>
  readonly operands: readonly string[]
  readonly surroundings: Surroundings
}

/** A command with its types forgotten, as the program keeps it. */
export type AnyCommand = CommandSpecification<Flags>
export type NamedCommand = Listing & AnyCommand

export function command<F extends Flags>(specification: CommandSpecification<F>): AnyCommand {
  return specification as unknown as AnyCommand
}

export function outputOf(
  invocation: Invocation<typeof commonFlags & Flags>,
  kind: 'answer' | 'stream' = 'answer',
): Output {
  const { output, color } = invocation.values
  return new Output(invocation.surroundings, { format: output, color }, kind)
}

export function clientOf(invocation: Invocation<typeof clientFlags & Flags>): ApiClient {
  return new ApiClient(invocation.values, invocation.surroundings.interrupted)
}

/** Shows on stderr, where that is a terminal, what takes long. */
export function progressOf<Result>(
  { surroundings: { stderr, environment } }: Invocation<Flags>,
  text: string,
  run: (progress: Progress) => Promise<Result>,
): Promise<Result> {
  return withProgress(stderr, environment, text, run)
}
