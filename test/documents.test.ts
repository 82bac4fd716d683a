import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { commands } from '../packages/agent/src/commands/all.ts'
import { errorCodes, settingDefinitions } from '../packages/memberlist/src/index.ts'
import { withSettingsTable } from '../scripts/settings-table.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

const documents = [
  ...readdirSync(root).filter((file) => file.endsWith('.md')),
  ...readdirSync(join(root, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
]

/** Everything between single backticks. */
function spans(text: string): string[] {
  const prose = text.replace(/^```.*?^```/gms, '')
  return [...prose.matchAll(/`([^`\n]+)`/g)].map(([, span]) => span)
}

function links(text: string): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target)
}

describe.each(documents)('%s', (document) => {
  const text = read(document)

  it('links to what exists', () => {
    const broken = links(text)
      .filter((target) => !/^https?:/.test(target))
      .map((target) => target.split('#')[0])
      .filter((target) => !existsSync(join(root, dirname(document), target)))
    expect(broken).toEqual([])
  })

  it('names files and folders that exist', () => {
    const named = spans(text).filter((span) =>
      /^(packages|deploy|docs|examples|interop|bench|scripts|test)\/[\w./-]*$/.test(span),
    )
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })

  it('names npm scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const named = [...text.matchAll(/`npm run ([\w-]+)/g)].map(([, name]) => name)
    expect(named.filter((name) => !(name in scripts))).toEqual([])
  })

  it('names commands of the agent that exist', () => {
    const named = [...text.matchAll(/(?:`|npx )hearsay ([a-z]+)/g)].map(([, name]) => name)
    const exist = new Set(commands.map(({ name }) => name.split(' ')[0]))
    expect(named.filter((name) => !exist.has(name))).toEqual([])
  })

  it('names metrics that exist', () => {
    const own = ['metrics.ts', 'kv-metrics.ts']
      .map((file) => read(`packages/agent/src/agent/${file}`))
      .join('')
    const named = read('packages/memberlist/src/metrics.ts').replaceAll('.', '_')
    const missing = spans(text)
      .filter((span) => /^(hearsay|memberlist)_\w+$/.test(span))
      .map((span) => span.replace(/^(memberlist_\w+)_(sum|count)$/, '$1'))
      .filter((span) => !own.includes(`'${span}'`) && !named.includes(`'${span}'`))
    expect(missing).toEqual([])
  })

  it('names settings and error codes that exist', () => {
    const codes = [
      ...readdirSync(join(root, 'packages/agent/src/http'))
        .filter((file) => file.endsWith('.ts'))
        .map((file) => `packages/agent/src/http/${file}`),
      'packages/agent/src/agent/data-directory.ts',
      'packages/kv/src/errors.ts',
    ]
      .map(read)
      .join('')
    const missing = spans(text).filter((span) => {
      if (/^ERR_\w+$/.test(span)) {
        return !(errorCodes as readonly string[]).includes(span) && !codes.includes(span)
      }
      if (!/^[a-z]\w*(IntervalMs|TimeoutMs|Multiplier|ThresholdMs|ReclaimMs)$/.test(span))
        return false
      return !(span in settingDefinitions)
    })
    expect(missing.filter((span) => span !== 'timeoutMs')).toEqual([])
  })
})

describe('docs/architecture.md', () => {
  it('follows a packet through files that have what is named beside them', () => {
    const rows = [
      ...read('docs/architecture.md').matchAll(/`(packages\/[\w./-]+\.ts)`(?: \|| \() ?`(\w+)`/g),
    ]
    expect(rows.length).toBeGreaterThan(12)
    const missing = rows.filter(([, path, name]) => !new RegExp(`\\b${name}\\b`).test(read(path)))
    expect(missing.map(([, path, name]) => `${name} in ${path}`)).toEqual([])
  })

  it('has every folder of the library', () => {
    const folders = readdirSync(join(root, 'packages/memberlist/src'), { withFileTypes: true })
    const named = spans(read('docs/architecture.md'))
    for (const folder of folders.filter((each) => each.isDirectory())) {
      expect(named).toContain(`packages/memberlist/src/${folder.name}/`)
    }
  })
})

describe('docs/tuning.md', () => {
  it('has the settings as they are (npm run docs)', () => {
    const document = read('docs/tuning.md')
    expect(document).toBe(withSettingsTable(document))
  })
})

describe('README.zh-CN.md', () => {
  const [english, chinese] = [read('README.md'), read('README.zh-CN.md')]
  const blocks = (text: string): string[] => text.match(/^```.*?^```/gms) ?? []
  const headings = (text: string): number[] =>
    [...text.matchAll(/^(#+) /gm)].map(([, marks]) => marks.length)
  const points = (text: string): number => (text.match(/^- \*\*/gm) ?? []).length

  it('is in step with README.md: headings, points, code and links', () => {
    expect(headings(chinese)).toEqual(headings(english))
    expect(points(chinese)).toBe(points(english))
    expect(blocks(chinese)).toEqual(blocks(english))
    const others = (text: string): string[] =>
      links(text).filter((link) => !link.startsWith('README'))
    expect(others(chinese)).toEqual(others(english))
  })
})
