import { expect } from 'vitest'
import { type ErrorCode, MemberlistError } from '../../src/index.ts'

/** The error that a promise or a call ends with, which must be of this code and in whole sentences. */
export async function failure(
  code: ErrorCode,
  act: Promise<unknown> | (() => unknown),
): Promise<MemberlistError> {
  const error: unknown = await Promise.resolve()
    .then(() => (typeof act === 'function' ? act() : act))
    .then(
      () => undefined,
      (reason: unknown) => reason,
    )
  if (!(error instanceof MemberlistError)) {
    throw new Error(`a MemberlistError was expected, this came: ${String(error)}`)
  }
  expect(error.code, error.message).toBe(code)
  expect(error.message).toMatch(/^["\w[].*\.$/)
  return error
}
