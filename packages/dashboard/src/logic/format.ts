/** Numbers for people. Digits and units are those that both languages use. */

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB']

/** Bytes in decimal units, to three digits. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < byteUnits.length - 1) {
    value /= 1_000
    unit++
  }
  return `${unit === 0 ? Math.round(value) : threeDigits(value)} ${byteUnits[unit]}`
}

/** A number to three digits: 0.12, 1.23, 12.3, 123, 1234. */
export function threeDigits(value: number): string {
  const size = Math.abs(value)
  const digits = size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : 2
  return value.toFixed(digits)
}

export function formatMs(ms: number): string {
  if (ms < 0.01 && ms > 0) return '<0.01 ms'
  return ms < 1_000 ? `${threeDigits(ms)} ms` : `${threeDigits(ms / 1_000)} s`
}

/** A time span in its two largest units: 4 s, 3 m 20 s, 5 h 2 m, 6 d 3 h. */
export function formatSpan(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000))
  if (seconds < 60) return `${seconds} s`
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ]
  const first = parts.findIndex(([amount]) => amount > 0)
  return parts
    .slice(first, first + 2)
    .filter(([amount], index) => index === 0 || amount > 0)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(' ')
}

/** What is left until a verdict, in tenths, and never below nothing. */
export function formatCountdown(ms: number): string {
  return `${(Math.max(0, ms) / 1_000).toFixed(1)} s`
}

/** The time of day where the reader is, with milliseconds if wanted. */
export function formatTime(time: string | number, withMs = false): string {
  const date = new Date(time)
  if (Number.isNaN(date.getTime())) return String(time)
  const two = (value: number): string => String(value).padStart(2, '0')
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')
  return withMs ? `${clock}.${String(date.getMilliseconds()).padStart(3, '0')}` : clock
}

export function formatAddress(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
