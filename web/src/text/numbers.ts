import { useMemo } from 'react'
import { useSettings } from '../shell/settings.ts'
import type { Language } from './language.ts'

export const locales: Record<Language, string> = { en: 'en-GB', sv: 'sv-SE' }

/** Numbers, times and lengths as the chosen language writes them. */
export function makeFormats(language: Language) {
  const locale = locales[language]
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 })
  const tenth = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
  const percent = new Intl.NumberFormat(locale, { style: 'percent' })
  const bytes = (value: number) => {
    const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte']
    const power = value < 1 ? 0 : Math.min(Math.floor(Math.log10(value) / 3), units.length - 1)
    return new Intl.NumberFormat(locale, {
      style: 'unit',
      unit: units[power]!,
      maximumFractionDigits: power > 1 ? 1 : 0,
    }).format(value / 1000 ** power)
  }
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
  return {
    whole: (value: number) => whole.format(value),
    percent: (share: number) => percent.format(share),
    milliseconds: (value: number) => `${(value < 10 ? tenth : whole).format(value)} ms`,
    seconds: (value: number) => `${tenth.format(value)} s`,
    /** A size: "1.5 GB". */
    bytes,
    moment: (iso: string) => moment.format(new Date(iso)),
  }
}

export function useFormats() {
  const language = useSettings(settings => settings.language)
  return useMemo(() => makeFormats(language), [language])
}

/** 75000 as "1:15". */
export function clockTime(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
