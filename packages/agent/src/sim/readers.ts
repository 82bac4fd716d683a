import type { Range } from '@hearsay/simulator'
import { splitAtCommas } from '../configuration/flag.ts'
import { Refusal } from '../configuration/refusal.ts'
import { readSettings } from '../configuration/settings.ts'

/** Reads `0.05` or `5%`. */
export function readLoss(text: string): number {
  const [, digits, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? []
  const value = Number(digits) / (percent === '%' ? 100 : 1)
  if (digits !== undefined && value <= 1) return value
  throw new Refusal('a share from 0 to 1, such as 0.05, or a percentage, such as 5%')
}

const largestDelayMs = 60_000

/** Reads `2ms`, `0.5..20ms` or `0.5ms..20ms`; a plain number is milliseconds. */
export function readDelay(text: string): Range {
  const parts = text.split('..').map((part) => /^(\d+(?:\.\d+)?)(ms|s)?$/.exec(part))
  const unit = parts.at(-1)?.[2] ?? 'ms'
  const values = parts.map((part) => Number(part?.[1]) * ((part?.[2] ?? unit) === 's' ? 1_000 : 1))
  const [from = Number.NaN, to = from] = values
  if (values.length <= 2 && from <= to && to <= largestDelayMs) return [from, to]
  throw new Refusal('a time or a range up to 60s, the lower end first, such as 2ms or 1ms..20ms')
}

/** Reads `probeIntervalMs=500,1000,2000`. */
export function readSweep(text: string): { setting: string; values: (number | boolean)[] } {
  const [, setting = '', list = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? []
  const texts = splitAtCommas(list)
  const values = texts.map((value) => Object.values(readSettings([`${setting}=${value}`]))[0])
  const usable = values.filter((value) => value !== undefined)
  if (usable.length === 0) {
    readSettings([`${setting}=`])
    throw new Refusal('NAME=A,B,… with at least one value', `"${text}"`)
  }
  return { setting, values: [...new Set(usable)] }
}
