import { DropdownMenu } from 'radix-ui'
import type { ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import { Button } from '../design/button.tsx'
import { Mark } from '../design/mark.tsx'
import { useMe, useSignOut } from '../identity/identity.ts'
import { placeOf, placeViews } from '../pages.ts'
import { type Language, languages } from '../text/language.ts'
import { useTexts } from '../text/use_texts.ts'
import { useSettings } from './settings.ts'
import { shellTexts } from './texts.ts'

export function Header() {
  return (
    <header className="sticky top-0 z-10 border-b border-line bg-panel">
      <div className="mx-auto flex h-12 max-w-[100rem] items-center gap-1 px-3 sm:gap-4 sm:px-4">
        <Link
          href="/"
          className="flex shrink-0 items-center gap-2 rounded-md text-base font-semibold"
        >
          <Mark className="size-6" />
          <span className="max-sm:sr-only">Antiphon</span>
        </Link>
        <Navigation />
        <Menu />
      </div>
    </header>
  )
}

function Navigation() {
  const texts = useTexts(shellTexts)
  const language = useSettings(settings => settings.language)
  const [path] = useLocation()
  const me = useMe()
  if (!me.data) return <div className="flex-1" />
  return (
    <nav aria-label={texts.pages} className="flex flex-1 gap-1 overflow-x-auto">
      {placeViews.map(view => (
        <Link
          key={view.path}
          href={view.path}
          aria-current={placeOf(path) === view ? 'page' : undefined}
          className={
            'rounded-md px-2 py-1 text-quiet transition-colors hover:text-ink ' +
            'aria-[current=page]:bg-sunken aria-[current=page]:font-medium ' +
            'aria-[current=page]:text-ink'
          }
        >
          {view.title[language]}
        </Link>
      ))}
    </nav>
  )
}

function Menu() {
  const texts = useTexts(shellTexts)
  const { language, theme, setLanguage, setTheme } = useSettings()
  const me = useMe()
  const signOut = useSignOut()
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <Button kind="ghost" small>
          {texts.menu}
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          className={
            'z-20 min-w-48 animate-appear rounded-md border border-line bg-panel p-1 shadow-md'
          }
        >
          <Caption>{texts.language}</Caption>
          <DropdownMenu.RadioGroup
            value={language}
            onValueChange={value => setLanguage(value as Language)}
          >
            {Object.entries(languages).map(([value, name]) => (
              <Choice key={value} value={value} lang={value}>
                {name}
              </Choice>
            ))}
          </DropdownMenu.RadioGroup>
          <DropdownMenu.Separator className="my-1 h-px bg-line" />
          <Caption>{texts.look}</Caption>
          <DropdownMenu.RadioGroup
            value={theme}
            onValueChange={value => setTheme(value === 'dark' ? 'dark' : 'light')}
          >
            <Choice value="light">{texts.light}</Choice>
            <Choice value="dark">{texts.dark}</Choice>
          </DropdownMenu.RadioGroup>
          {me.data && (
            <>
              <DropdownMenu.Separator className="my-1 h-px bg-line" />
              <DropdownMenu.Item className={item} onSelect={() => signOut.mutate()}>
                {texts.signOut}
              </DropdownMenu.Item>
            </>
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

const item =
  'flex cursor-default items-center gap-2 rounded-md px-2 py-1 outline-none ' +
  'data-highlighted:bg-hover'

function Caption({ children }: { children: string }) {
  return (
    <DropdownMenu.Label className="px-2 py-1 text-xs text-quiet">{children}</DropdownMenu.Label>
  )
}

function Choice({ value, lang, children }: { value: string; lang?: string; children: ReactNode }) {
  return (
    <DropdownMenu.RadioItem value={value} lang={lang} className={item}>
      <span aria-hidden className="w-3">
        <DropdownMenu.ItemIndicator>✓</DropdownMenu.ItemIndicator>
      </span>
      {children}
    </DropdownMenu.RadioItem>
  )
}
