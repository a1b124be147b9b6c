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
  ],
}

export default pages
