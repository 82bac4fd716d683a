import { language } from '../state/preferences.ts'
import { en } from './en.ts'
import { fill, type Placeholders } from './fill.ts'
import { zh } from './zh.ts'

export type TextKey = keyof typeof en

type Values<Key extends TextKey> = [Placeholders<(typeof en)[Key]>] extends [never]
  ? []
  : [values: Readonly<Record<Placeholders<(typeof en)[Key]>, string | number>>]

const texts = { en, zh }

/** A text in the reader's language; what shows it is shown anew when the language changes. */
export function t<Key extends TextKey>(key: Key, ...[values]: Values<Key>): string {
  const text = texts[language.value][key]
  return values === undefined ? text : fill(text, values)
}
