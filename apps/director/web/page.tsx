import type { AppPages } from '@antiphon/web/pages.ts'
import { lazy } from 'react'

const pages: AppPages = {
  app: 'director',
  views: [
    {
      path: '/director',
      title: { en: 'Director', sv: 'Regissör' },
      component: lazy(() => import('./take/director.tsx')),
    },
    {
      path: '/director/library',
      title: { en: 'Library', sv: 'Bibliotek' },
      component: lazy(() => import('./library/library.tsx')),
    },
    {
      path: '/director/takes',
      title: { en: 'Takes', sv: 'Tagningar' },
      component: lazy(() => import('./history/takes.tsx')),
    },
    {
      path: '/director/takes/:sessionId',
      title: { en: 'Take', sv: 'Tagning' },
      component: lazy(() => import('./history/take_page.tsx')),
    },
  ],
}

export default pages
