/** The version of a key as the ETag that it goes by (RFC 9110, section 8.8.3): a strong one. */
export function entityTag(version: string): string {
  return `"${version}"`
}
