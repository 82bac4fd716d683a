import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url))

export interface Program {
  readonly child: ChildProcess
  /** What it has written, line by line. */
  readonly lines: string[]
  /** Its exit code, once it ended; null where a signal ended it. */
  readonly ended: Promise<number | null>
  /** Resolves when it has written a line for which this holds. */
  line(holds: (line: string) => boolean): Promise<string>
}

/** Runs a program of `programs/`. */
export function runProgram(file: string, ...args: string[]): Program {
  return runOnSources(path(`programs/${file}`), ...args)
}

/** Runs a program on the sources, in a process of its own. */
export function runOnSources(file: string, ...args: string[]): Program {
  const hooks = path('../../../../scripts/typescript.mjs')
  const child = spawn(process.execPath, ['--import', hooks, file, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines: string[] = []
  const waiting = new Set<() => void>()
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line)
    for (const look of waiting) look()
  })
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', (code) => resolve(code))
  })
  const line = (holds: (line: string) => boolean): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = lines.find(holds)
        if (found === undefined) return
        waiting.delete(look)
        resolve(found)
      }
      waiting.add(look)
      look()
      void ended.then(() => reject(new Error(`${file} ended, having written ${lines.join(' | ')}`)))
    })
  return { child, lines, ended, line }
}
