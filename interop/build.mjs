// Builds the Go programs here into .cache/interop, which git ignores.
import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { modfileArguments, RELEASES } from './releases.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const cache = fileURLToPath(new URL('../.cache/interop', import.meta.url))
const run = promisify(execFile)
const building = new Map()

/**
 * The path of a program built with a release of memberlist, `peer` for one. Built only when a source
 * is newer than what is there; never twice at a time in one process.
 */
export function build(program, release = RELEASES[0]) {
  const name = `${program}-${release}`
  let path = building.get(name)
  if (path === undefined) {
    path = buildNow(program, release, join(cache, name))
    building.set(name, path)
    path.catch(() => building.delete(name))
  }
  return path
}

async function buildNow(program, release, path) {
  if (newest(here) < modified(path)) return path
  mkdirSync(cache, { recursive: true })
  // Renamed into place, so that another process never starts half a program.
  const fresh = `${path}.${process.pid}`
  const command = ['build', ...modfileArguments(release), '-o', fresh, `./${program}`]
  await run('go', command, { cwd: here })
  renameSync(fresh, path)
  return path
}

/** When the last of the Go sources and module files was changed; milliseconds. */
function newest(directory) {
  let latest = 0
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) latest = Math.max(latest, newest(path))
    else if (/\.(go|mod|sum)$/.test(entry.name)) latest = Math.max(latest, modified(path))
  }
  return latest
}

function modified(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}
