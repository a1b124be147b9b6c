export const languages = { en: 'English', sv: 'Svenska' } as const
export type Language = keyof typeof languages

/** The same words in every language; the compiler sees that none is missing. */
export type Texts<T> = Record<Language, T>

/** The first language of the browser that the studio speaks. */
export function preferredLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const language = tag.slice(0, 2).toLowerCase()
    if (language in languages) return language as Language
  }
  return 'en'
}
