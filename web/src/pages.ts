import type { ComponentType, LazyExoticComponent } from 'react'
import type { Texts } from './text/language.ts'

export type AppName = 'director' | 'concierge' | 'lingual' | 'feedback' | 'planner'

/** One page of an app. The first one of an app is where the studio's front page leads. */
export interface View {
  path: string
  title: Texts<string>
  component: LazyExoticComponent<ComponentType>
}

/** What `apps/<name>/web/page.tsx` exports as its default. */
export interface AppPages {
  app: AppName
  views: [View, ...View[]]
}

const found = import.meta.glob<{ default: AppPages }>('../../apps/*/web/page.tsx', { eager: true })

export const appPages: AppPages[] = Object.values(found).map(module => module.default)

/** The pages that one can go to without knowing what they are to show. */
export const placeViews: View[] = appPages
  .flatMap(({ views }) => views)
  .filter(({ path }) => !path.includes(':'))

/** Of those the one that an address belongs to: the longest path that it begins with. */
export function placeOf(address: string): View | undefined {
  return placeViews
    .filter(({ path }) => address === path || address.startsWith(`${path}/`))
    .sort((left, right) => right.path.length - left.path.length)[0]
}
