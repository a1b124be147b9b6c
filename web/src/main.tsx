import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Problem } from './api/problem.ts'
import './design/design.css'
import { Shell } from './shell/shell.tsx'

// What the caller did wrong stays wrong; only what may pass is tried again.
function mayPass(failures: number, error: Error): boolean {
  const status = error instanceof Problem ? error.status : 0
  return failures < 2 && (status === 0 || status >= 500)
}

const client = new QueryClient({
  defaultOptions: { queries: { retry: mayPass, staleTime: 30_000 } },
})

createRoot(document.getElementById('studio')!).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <Shell />
    </QueryClientProvider>
  </StrictMode>,
)
