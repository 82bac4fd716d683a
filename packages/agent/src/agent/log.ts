import { type Logger as Pino, pino } from 'pino'
import type { logFormats, logLevels } from '../configuration/agent-flags.ts'
import type { Hue, Paint } from '../output/color.ts'
import { printable } from '../output/printable.ts'
import type { Sink } from '../output/streams.ts'

export type Log = Pino

export interface LogOptions {
  readonly level: (typeof logLevels)[number]
  readonly format: (typeof logFormats)[number]
  readonly paint: Paint
}

/** Narration that may wait while nobody reads stderr; further lines are dropped. */
const maxWaitingBytes = 1_048_576

/** The agent's narration on stderr: readable lines, or pino's JSON for collectors. */
export function createLog(stderr: Sink, { level, format, paint }: LogOptions): Log {
  const write = (line: string) => {
    if (stderr.writableLength > maxWaitingBytes) return
    stderr.write(format === 'json' ? line : textLine(line, paint))
  }
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime }
  return pino({ ...options, formatters: { level: (label) => ({ level: label }) } }, { write })
}

const hues: Readonly<Record<string, Hue>> = { warn: 'yellow', error: 'red', debug: 'dim' }

/** `12:00:01.250 warn  what happened  (key=value …)` */
function textLine(line: string, paint: Paint): string {
  const { time, level, msg, ...others } = JSON.parse(line) as Record<string, unknown>
  const clock = paint('dim', String(time).slice(11, 23))
  const name = String(level).padEnd(5)
  const fields = Object.entries(others).map(([key, value]) => `${key}=${fieldText(value)}`)
  const tail = fields.length === 0 ? '' : paint('dim', `  (${fields.join(' ')})`)
  const hue = hues[String(level)]
  return `${clock} ${hue === undefined ? name : paint(hue, name)} ${printable(String(msg))}${tail}\n`
}

function fieldText(value: unknown): string {
  return printable(typeof value === 'string' ? value : JSON.stringify(value))
}
