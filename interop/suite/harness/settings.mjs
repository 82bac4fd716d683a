import { settingDefinitions } from '@hearsay/memberlist'

/** Quick, and still calm on two busy cores. */
export const quick = {
  probeIntervalMs: 500,
  probeTimeoutMs: 250,
  gossipIntervalMs: 25,
  suspicionMultiplier: 4,
  suspicionMaxTimeoutMultiplier: 2,
  tcpTimeoutMs: 5_000,
  // As Go, which never does; tests of healing turn it on.
  reconnectIntervalMs: 0,
}

/** For tests that wait for verdicts. */
export const hasty = { ...quick, probeIntervalMs: 250, probeTimeoutMs: 125 }

/** The same settings in the words of Go's `Config`. Those that Go does not have are left out. */
export function goConfig(settings) {
  const config = {}
  for (const [name, value] of Object.entries(settings)) {
    const { go } = settingDefinitions[name]
    if (go !== undefined) config[go] = name.endsWith('Ms') ? `${value}ms` : value
  }
  return config
}
