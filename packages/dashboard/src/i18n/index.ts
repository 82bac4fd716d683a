import { language } from '../state/preferences.ts'
import { actionsTexts } from './actions-texts.ts'
import { clusterTexts } from './cluster-texts.ts'
import { fill, type Placeholders } from './fill.ts'
import { keysTexts } from './keys-texts.ts'
import { languages } from './language.ts'
import { membersTexts } from './members-texts.ts'
import { shellTexts } from './shell-texts.ts'

/** Every text of the page. Names in braces are filled in. */
const texts = { ...shellTexts, ...membersTexts, ...clusterTexts, ...keysTexts, ...actionsTexts }

export type TextKey = keyof typeof texts

type Values<Key extends TextKey> = [Placeholders<(typeof texts)[Key][0]>] extends [never]
  ? []
  : [values: Readonly<Record<Placeholders<(typeof texts)[Key][0]>, string | number>>]

/** A text in the reader's language; what shows it is shown anew when the language changes. */
export function t<Key extends TextKey>(key: Key, ...[values]: Values<Key>): string {
  const text = texts[key][languages.indexOf(language.value)] ?? key
  return values === undefined ? text : fill(text, values)
}
