import { Refusal } from './refusal.ts'

/** Reads the origin of web pages, as browsers send it: scheme, host, and a port that is not the usual one. */
export function readOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:'
  if (url === undefined || !isWeb || (text !== url.origin && text !== `${url.origin}/`)) {
    throw new Refusal('an origin without a path, such as https://ops.example.net')
  }
  return url.origin
}
