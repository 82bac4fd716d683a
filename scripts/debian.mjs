// Programs of Debian that suites run beside ours: found, or installed where that can be done.
import { execFile } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Package of each program. */
const PACKAGES = {
  chromium: 'chromium',
  'prometheus-alertmanager': 'prometheus-alertmanager',
  promtool: 'prometheus',
  serf: 'serf',
}

/** Asked by the packages' scripts whether their services may start: not while this is there. */
const POLICY = '/usr/sbin/policy-rc.d'

/** The path of a program, or undefined when it is not installed. */
export function find(program) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/sbin']
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path))
}

/** Why a test cannot run with that program, or false. */
export function missing(program) {
  if (find(program) !== undefined) return false
  return `${program} is not installed (Debian: apt-get install ${PACKAGES[program]})`
}

/**
 * Installs those of the programs that are missing.
 * @returns for people: what was installed, or why not; undefined when all was there
 */
export async function install(...programs) {
  const wanted = programs.filter((program) => find(program) === undefined)
  if (wanted.length === 0) return undefined
  const names = wanted.map((program) => PACKAGES[program])
  if (find('apt-get') === undefined) return `${names.join(', ')}: not here, and there is no apt-get`
  if (process.getuid() !== 0) return `${names.join(', ')}: not here, and installing needs root`
  try {
    await withoutServices(async () => {
      await run('apt-get', ['update'])
      await run('apt-get', ['install', '--yes', '--no-install-recommends', ...names])
    })
    return `${names.join(', ')}: installed with apt-get`
  } catch (error) {
    const [reason] = (error.stderr || error.message).trim().split('\n').slice(-1)
    return `${names.join(', ')}: apt-get could not install them: ${reason}`
  }
}

async function withoutServices(work) {
  const isOurs = !existsSync(POLICY)
  if (isOurs) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    await work()
  } finally {
    if (isOurs) rmSync(POLICY)
  }
}
