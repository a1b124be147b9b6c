import { useSettings } from '../shell/settings.ts'
import type { Texts } from './language.ts'

/** The words of the chosen language. */
export function useTexts<T>(texts: Texts<T>): T {
  return texts[useSettings(settings => settings.language)]
}
