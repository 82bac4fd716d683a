import { CommanderError } from 'commander'
import { CommandFailure } from '../../src/failure.ts'
import { runProgram } from '../../src/program.ts'
import { type FakeSurroundings, fakeSurroundings } from '../fakes/fake-surroundings.ts'

export interface Ran {
  readonly exitCode: number
  readonly stdout: string
  /** What was written to stdout, as bytes. */
  readonly bytes: Buffer
  readonly stderr: string
  readonly failure: CommandFailure | undefined
}

/** Runs a command line within this process, as `main.ts` does. */
export async function run(
  words: readonly string[],
  surroundings: FakeSurroundings = fakeSurroundings(),
): Promise<Ran> {
  const { stdout, stderr } = surroundings
  const ran = (exitCode: number, failure?: CommandFailure): Ran => ({
    exitCode,
    stdout: stdout.text,
    bytes: stdout.bytes,
    stderr: stderr.text,
    failure,
  })
  try {
    return ran(await runProgram(words, surroundings))
  } catch (error) {
    if (error instanceof CommanderError) return ran(error.exitCode === 0 ? 0 : 2)
    if (error instanceof CommandFailure) return ran(error.exitCode, error)
    throw error
  }
}
