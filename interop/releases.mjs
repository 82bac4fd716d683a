// The releases of the Go module that the programs here are built with, the reference first.
export const RELEASES = ['v0.7.0', 'v0.5.4', 'v0.2.2', 'v0.1.5']

/** What tells `go` to build with a release: go.mod has the first, versions/ the others. */
export function modfileArguments(release) {
  if (!RELEASES.includes(release)) {
    throw new Error(`no module file for memberlist ${release}: there are ${RELEASES.join(', ')}`)
  }
  return release === RELEASES[0] ? [] : [`-modfile=versions/${release}.mod`]
}
