import { environmentName } from './flag.ts'

/** What Kubernetes sets for services whose name begins with `hearsay`. */
const serviceLink = /_SERVICE_(HOST|PORT)(_|$)|_PORT(_|$)/

/**
 * A sentence for each variable that begins as ours do and is no setting of any command: most likely
 * it is misspelt. It is no error, as another program may use the name.
 * @param known names of flags, as `flagName` writes them
 */
export function strangeVariables(
  environment: Readonly<Record<string, string | undefined>>,
  known: Iterable<string>,
): string[] {
  const names = new Set([...known].map(environmentName))
  return Object.keys(environment)
    .filter((name) => name.startsWith('HEARSAY_') && !names.has(name) && !serviceLink.test(name))
    .map((name) => `${name} is ignored: no setting has that name.`)
}
