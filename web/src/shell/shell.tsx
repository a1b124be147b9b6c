import { type ReactNode, Suspense } from 'react'
import { Route, Switch } from 'wouter'
import { isSignedOut } from '../api/problem.ts'
import { Failure, Shape } from '../design/states.tsx'
import { Home } from '../home/home.tsx'
import { useMe } from '../identity/identity.ts'
import { SignIn } from '../identity/sign_in.tsx'
import { appPages } from '../pages.ts'
import { useTexts } from '../text/use_texts.ts'
import { Header } from './header.tsx'
import { KeysDialog } from './keys_dialog.tsx'
import { Palette } from './palette.tsx'
import { shellTexts } from './texts.ts'

export function Shell() {
  const texts = useTexts(shellTexts)
  return (
    <>
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:absolute focus:z-20 focus:bg-panel focus:p-2"
      >
        {texts.skip}
      </a>
      <Header />
      <main id="content" tabIndex={-1} className="outline-none">
        <SignedIn>
          <Suspense fallback={<PageShape />}>
            <Pages />
          </Suspense>
        </SignedIn>
      </main>
      <KeysDialog />
      <Palette />
    </>
  )
}

function SignedIn({ children }: { children: ReactNode }) {
  const me = useMe()
  if (me.data) return children
  if (isSignedOut(me.error)) return <SignIn />
  if (!me.error) return <PageShape />
  return (
    <div className="mx-auto mt-8 max-w-2xl px-4">
      <Failure error={me.error} retry={() => void me.refetch()} />
    </div>
  )
}

function Pages() {
  const texts = useTexts(shellTexts)
  return (
    <Switch>
      <Route path="/" component={Home} />
      {appPages.flatMap(pages =>
        pages.views.map(view => (
          <Route key={view.path} path={view.path} component={view.component} />
        )),
      )}
      <Route>
        <p className="p-8 text-center text-quiet">{texts.noSuchPage}</p>
      </Route>
    </Switch>
  )
}

function PageShape() {
  return (
    <div className="mx-auto flex max-w-6xl flex-col gap-4 p-4">
      <Shape className="h-8 w-48" />
      <Shape className="h-64" />
    </div>
  )
}
