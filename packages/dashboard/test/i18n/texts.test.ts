import { describe, expect, it } from 'vitest'
import { actionsTexts } from '../../src/i18n/actions-texts.ts'
import { clusterTexts } from '../../src/i18n/cluster-texts.ts'
import { fill } from '../../src/i18n/fill.ts'
import { keysTexts } from '../../src/i18n/keys-texts.ts'
import { languageOf, languages } from '../../src/i18n/language.ts'
import { membersTexts } from '../../src/i18n/members-texts.ts'
import { shellTexts } from '../../src/i18n/shell-texts.ts'

const tables = [shellTexts, membersTexts, clusterTexts, keysTexts, actionsTexts]
const texts = tables.flatMap((table) => Object.entries<readonly string[]>(table))

describe('the texts', () => {
  it('are there in every language', () => {
    for (const [key, forms] of texts) {
      expect(forms, key).toHaveLength(languages.length)
      expect(
        forms.every((form) => form.trim() !== ''),
        key,
      ).toBe(true)
    }
  })

  it('have the same values filled in, in every language', () => {
    for (const [key, [english = '', chinese = '']] of texts) {
      expect(placeholders(chinese), key).toEqual(placeholders(english))
    }
  })

  it('have one meaning for a key', () => {
    const keys = texts.map(([key]) => key)
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([])
  })

  it('are filled in, and left as they are where there is no value', () => {
    expect(fill('{a} of {b} {a} {c}', { a: 1, b: '{a}' })).toBe('1 of {a} 1 {c}')
  })
})

describe('the language', () => {
  it.each([
    [['zh-TW', 'en'], 'zh'],
    [['fr', 'zh'], 'zh'],
    [[undefined, 'EN-gb'], 'en'],
    [['de'], 'en'],
    [[], 'en'],
  ])('of someone who reads %j is %s', (wishes, expected) => {
    expect(languageOf(wishes)).toBe(expected)
  })
})

function placeholders(text: string): string[] {
  return (text.match(/\{\w+\}/g) ?? []).sort()
}
