import { z } from 'zod'

/** What the shapes of all topics are made of. */
export const text = z.string()
export const count = z.int().nonnegative()
export const instant = z.iso.datetime().describe('ISO 8601, UTC')
export const port = z.int().min(0).max(65_535)

export const bytesSchema = z
  .union([z.strictObject({ text }), z.strictObject({ base64: z.base64() })])
  .describe('Bytes: `text` when they are printable, else `base64`')
export type BytesJson = z.infer<typeof bytesSchema>

/** A parameter that counts by being there: `?reveal`, but also `?reveal=true` and `?reveal=false`. */
export const presence = z
  .enum(['', 'true', 'false', '1', '0'])
  .optional()
  .transform((given) => given !== undefined && given !== 'false' && given !== '0')
