import { effect, signal } from '@preact/signals'
import { type Language, languageOf } from '../i18n/language.ts'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

/** What the reader chose, remembered by the browser. */
export const theme = signal<Theme>(themes.find((each) => each === read('theme')) ?? 'system')
export const language = signal<Language>(languageOf([read('language'), ...navigator.languages]))
/** Single keys as shortcuts; those who speak to their computer may want them off. */
export const singleKeys = signal(read('keys') !== 'off')

/** Puts the choices into effect, now and whenever they change. */
export function applyPreferences(): void {
  effect(() => {
    document.documentElement.dataset['theme'] = theme.value
    write('theme', theme.value)
  })
  effect(() => {
    document.documentElement.lang = language.value === 'zh' ? 'zh-CN' : 'en'
  })
  effect(() => write('keys', singleKeys.value ? 'on' : 'off'))
}

/** Only a choice is remembered: the browser's own language may change. */
export function chooseLanguage(chosen: Language): void {
  language.value = chosen
  write('language', chosen)
}

function read(name: string): string | undefined {
  try {
    return localStorage.getItem(`hearsay.${name}`) ?? undefined
  } catch {
    return undefined
  }
}

function write(name: string, value: string): void {
  try {
    localStorage.setItem(`hearsay.${name}`, value)
  } catch {
    // A browser that keeps nothing starts with the defaults again.
  }
}
