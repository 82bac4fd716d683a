import { lan, local, type SettingDefinition, settingDefinitions, wan } from '@hearsay/memberlist'

const BEGIN = '<!-- settings: npm run docs -->'
const END = '<!-- end of settings -->'

/** A row for each setting, out of what the code itself checks by. */
export function settingsTable(): string {
  const profiles = { lan: lan(), wan: wan(), local: local() }
  const rows = Object.entries(settingDefinitions).map(([name, definition]) => {
    const { go, meaning }: SettingDefinition = definition
    const key = name as keyof typeof settingDefinitions
    const values = [profiles.lan[key], profiles.wan[key], profiles.local[key]].map(shown)
    const [lanValue, ...others] = values
    const differing = others.map((value) => (value === lanValue ? '' : value))
    const inGo = go === undefined ? '' : `\`${go}\``
    return `| \`${name}\` | ${meaning} | ${lanValue} | ${differing.join(' | ')} | ${range(definition)} | ${inGo} |`
  })
  return [
    '| setting | meaning | lan | wan | local | range | in Go |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}

/** The document with the table of now between its marks. */
export function withSettingsTable(document: string): string {
  const begin = document.indexOf(BEGIN)
  const end = document.indexOf(END)
  if (begin < 0 || end < begin) throw new Error(`The document has no ${BEGIN} … ${END}.`)
  const before = document.slice(0, begin + BEGIN.length)
  return `${before}\n\n${settingsTable()}\n\n${document.slice(end)}`
}

function range({ min, max }: SettingDefinition): string {
  return min === undefined || max === undefined ? '' : `${shown(min)} to ${shown(max)}`
}

function shown(value: number | boolean): string {
  return typeof value === 'number' ? value.toLocaleString('en') : String(value)
}
