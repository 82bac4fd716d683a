import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** No suite may hold up the others for ever. */
const TIMEOUT_MS = 30 * 60_000

/**
 * Runs a command in the root, its output passed on.
 * @returns its exit code (1 where a signal or the time-out ended it) and the lines of its stdout
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: TIMEOUT_MS,
      ...options,
    })
    const lines = []
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line)
      console.log(line)
    })
    child.on('error', (error) => reject(new Error(`${command} cannot be run: ${error.message}`)))
    child.on('close', (code) => resolve({ code: code ?? 1, lines }))
  })
}

/** A program that must be content: one that passed or one that failed. */
export async function tool(...command) {
  const { code } = await run(process.execPath, command)
  return outcome(code === 0)
}

export async function npmScript(name) {
  const { code } = await run('npm', ['run', name])
  return outcome(code === 0)
}

export function outcome(isGood) {
  return { passed: isGood ? 1 : 0, failed: isGood ? 0 : 1, skipped: 0 }
}

/** What could not be looked at, and why. */
export function skip(why) {
  console.log(`skipped: ${why}`)
  return { passed: 0, failed: 0, skipped: 1 }
}

export function add(...results) {
  const sum = (column) => results.reduce((total, result) => total + result[column], 0)
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') }
}
