import { create } from 'zustand'
import { type Language, languages, preferredLanguage } from '../text/language.ts'

export type Theme = 'light' | 'dark'

interface Settings {
  language: Language
  theme: Theme
  setLanguage(language: Language): void
  setTheme(theme: Theme): void
}

// What a person chose about the page itself; nothing personal is kept in localStorage.
const languageKey = 'antiphon.language'
const themeKey = 'antiphon.theme' // read by public/theme.js too

function firstLanguage(): Language {
  const kept = localStorage.getItem(languageKey) ?? ''
  return kept in languages ? (kept as Language) : preferredLanguage(navigator.languages)
}

export const useSettings = create<Settings>(set => ({
  language: firstLanguage(),
  theme: document.documentElement.classList.contains('dark') ? 'dark' : 'light',
  setLanguage(language) {
    localStorage.setItem(languageKey, language)
    document.documentElement.lang = language
    set({ language })
  },
  setTheme(theme) {
    localStorage.setItem(themeKey, theme)
    document.documentElement.classList.toggle('dark', theme === 'dark')
    set({ theme })
  },
}))

document.documentElement.lang = useSettings.getState().language
