import { CommandFailure } from '../../src/failure.ts'

/** The failure that something ends with; a test that does not fail, fails. */
export async function failureOf(run: () => unknown): Promise<CommandFailure> {
  try {
    await run()
  } catch (error) {
    if (error instanceof CommandFailure) return error
    throw error
  }
  throw new Error('It did not fail.')
}
