import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { Metrics } from '../packages/agent/src/agent/metrics.ts'
import { FakeMemberlist } from '../packages/agent/test/fakes/fake-memberlist.ts'
import { FakeStore } from '../packages/agent/test/fakes/fake-store.ts'
import {
  type RejectionReason,
  rejectionReasons,
  type WarningCode,
} from '../packages/memberlist/src/index.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const operations = read('docs/operations.md')
const spans = new Set([...operations.matchAll(/`([^`\n]+)`/g)].map(([, span]) => span))

/** What there is beside the refusals; the compiler holds it to the codes that exist. */
const ownWarnings: Readonly<Record<Exclude<WarningCode, RejectionReason>, true>> = {
  'udp-blocked': true,
  'callback-failed': true,
  'exchange-failed': true,
  stalled: true,
}

/** The codes of the store's warnings, of which there are types alone. */
function storeWarnings(): string[] {
  const [, codes = ''] =
    /interface KvWarning \{\s*readonly code: ([^\n]+)/.exec(read('packages/kv/src/store.ts')) ?? []
  return [...codes.matchAll(/'([\w-]+)'/g)].map(([, code]) => `kv-${code}`)
}

/** Names of metrics as `/metrics` has them. */
let exposed: ReadonlySet<string> = new Set()
beforeAll(async () => {
  const metrics = new Metrics(new FakeMemberlist(), new FakeStore())
  const text = await metrics.text()
  metrics.close()
  exposed = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name))
})

const metricsIn = (text: string): string[] => [
  ...new Set(text.match(/\b(?:hearsay|memberlist|process|nodejs)_\w+/g)),
]

interface Panel {
  readonly id: number
  readonly title: string
  readonly type: string
  readonly gridPos: Readonly<Record<'x' | 'y' | 'w' | 'h', number>>
  readonly targets?: readonly { readonly expr: string; readonly refId: string }[]
}
interface Dashboard {
  readonly panels: readonly Panel[]
  readonly templating: { readonly list: readonly { readonly name: string }[] }
}

describe('docs/operations.md', () => {
  it('has every metric', () => {
    const documented = [...exposed].filter((name) => !/^(process|nodejs)_/.test(name))
    expect(documented.length).toBeGreaterThan(50)
    expect(documented.filter((name) => !spans.has(name))).toEqual([])
  })

  it('has every warning and every reason of refusal', () => {
    const agent = [...read('packages/agent/src/agent/run.ts').matchAll(/code: '([\w-]+)'/g)]
    const codes = [
      ...rejectionReasons,
      ...Object.keys(ownWarnings),
      ...storeWarnings(),
      ...agent.map(([, code]) => code),
    ]
    expect(codes).toEqual(expect.arrayContaining(['events-missed', 'kv-clock', 'stalled']))
    expect(codes.filter((code) => !spans.has(code))).toEqual([])
  })

  it('has every alert', () => {
    const rules = read('deploy/prometheus/hearsay.rules.yml')
    const alerts = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name)
    expect(alerts.length).toBeGreaterThan(15)
    expect(alerts.filter((name) => !spans.has(name))).toEqual([])
  })

  it('has every line of the log that an operator may meet', () => {
    const sources = ['agent', 'commands', 'configuration', 'http']
      .flatMap((folder) => {
        const path = `packages/agent/src/${folder}`
        return readdirSync(join(root, path)).map((file) => `${path}/${file}`)
      })
      .filter((path) => path.endsWith('.ts'))
    const lines = sources.flatMap((path) => linesIn(read(path)))
    expect(lines.length).toBeGreaterThan(15)
    expect(lines.filter((fragment) => !operations.includes(fragment))).toEqual([])
  })
})

/** How the longest fixed part of each text begins that goes to the log above debugging. */
function linesIn(source: string): string[] {
  const calls = source.matchAll(/\blog\.(?:info|warn|error)\(\s*(?:\{[^}]*\},\s*)?(['"`])(.+?)\1/gs)
  return [...calls].map(([, , text]) => {
    const parts = text.split(/\$\{[^}]*\}/).map((part) => part.replace(/^[\s(]+|[\s):]+$/g, ''))
    const [longest = ''] = parts.toSorted((one, other) => other.length - one.length)
    return longest.slice(0, 40)
  })
}

describe('deploy/', () => {
  const rules = read('deploy/prometheus/hearsay.rules.yml')
  const { panels, templating } = JSON.parse(read('deploy/grafana/hearsay.json')) as Dashboard
  const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))

  it('alerts on metrics that exist', () => {
    const used = metricsIn(rules.replaceAll(/^ +(summary|description):.*$/gm, ''))
    expect(used.length).toBeGreaterThan(20)
    expect(used.filter((name) => !exposed.has(name))).toEqual([])
  })

  it('tests every alert', () => {
    const alerts = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name)
    const tested = read('deploy/prometheus/hearsay.rules.test.yml')
    expect(alerts.filter((name) => !tested.includes(`alertname="${name}"`))).toEqual([])
  })

  it('has a dashboard of metrics that exist', () => {
    const used = metricsIn(queries.join('\n'))
    expect(used.length).toBeGreaterThan(40)
    expect(used.filter((name) => !exposed.has(name))).toEqual([])
  })

  it('has a dashboard whose panels are told apart, and do not overlap', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    const covers = ({ gridPos: one }: Panel, { gridPos: other }: Panel): boolean =>
      one.x < other.x + other.w &&
      other.x < one.x + one.w &&
      one.y < other.y + other.h &&
      other.y < one.y + one.h
    for (const [index, panel] of panels.entries()) {
      expect(panel.gridPos.x + panel.gridPos.w).toBeLessThanOrEqual(24)
      expect(panels.slice(index + 1).filter((other) => covers(panel, other))).toEqual([])
      const references = panel.targets?.map(({ refId }) => refId) ?? []
      expect(new Set(references).size).toBe(references.length)
      expect(panel.type === 'row' || references.length > 0).toBe(true)
    }
  })

  it('has a dashboard that uses no variable which it does not have', () => {
    const names = templating.list.map(({ name }) => `$${name}`)
    const used = queries.flatMap((query) => query.match(/\$(?!__)\w+/g) ?? [])
    expect(used.length).toBeGreaterThan(40)
    expect([...new Set(used)].filter((name) => !names.includes(name))).toEqual([])
  })
})
