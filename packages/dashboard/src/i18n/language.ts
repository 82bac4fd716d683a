export const languages = ['en', 'zh'] as const
export type Language = (typeof languages)[number]

/** The first language that there is, of those wished for: `zh-TW` is served Chinese. */
export function languageOf(wishes: readonly (string | undefined)[]): Language {
  for (const wish of wishes) {
    const primary = wish?.toLowerCase().split('-')[0]
    const found = languages.find((language) => language === primary)
    if (found !== undefined) return found
  }
  return 'en'
}

/** Texts by their keys, each in all languages, in the order of `languages`. */
export type Texts = Readonly<Record<string, readonly [en: string, zh: string]>>
