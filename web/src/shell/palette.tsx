import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { Key } from '../design/button.tsx'
import { placeViews } from '../pages.ts'
import { useTexts } from '../text/use_texts.ts'
import { allCommands, type Command, useCommands } from './keys.ts'
import { useSettings } from './settings.ts'
import { shellTexts } from './texts.ts'

/** Ctrl-K: everything that can be done here, by name. */
export function Palette() {
  const texts = useTexts(shellTexts)
  const dialog = useRef<HTMLDialogElement>(null)
  const [words, setWords] = useState('')
  const [chosen, setChosen] = useState(0)
  const commands = useAllCommands().filter(command =>
    command.title.toLowerCase().includes(words.toLowerCase()),
  )

  useEffect(() => {
    function open(event: globalThis.KeyboardEvent) {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'k') return
      event.preventDefault()
      setWords('')
      setChosen(0)
      if (!dialog.current?.open) dialog.current?.showModal()
    }
    window.addEventListener('keydown', open)
    return () => window.removeEventListener('keydown', open)
  }, [])

  function run(command: Command | undefined) {
    dialog.current?.close()
    command?.run()
  }
  function onKey(event: KeyboardEvent) {
    const moves: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 }
    if (event.key === 'Enter') run(commands[chosen])
    else if (event.key in moves) {
      setChosen((chosen + moves[event.key]! + commands.length) % (commands.length || 1))
    } else return
    event.preventDefault()
  }
  return (
    <dialog
      ref={dialog}
      aria-label={texts.palette}
      className={
        'mt-24 w-[min(32rem,calc(100vw-2rem))] rounded-md border border-line bg-panel text-ink ' +
        'shadow-md'
      }
    >
      <input
        value={words}
        onChange={event => {
          setWords(event.target.value)
          setChosen(0)
        }}
        onKeyDown={onKey}
        aria-label={texts.palette}
        placeholder={texts.palette}
        className="h-12 w-full border-b border-line bg-transparent px-4 outline-none"
      />
      <ul className="max-h-80 overflow-y-auto p-1">
        {commands.map((command, index) => (
          <li key={command.title}>
            <button
              type="button"
              onClick={() => run(command)}
              className={
                'flex w-full justify-between rounded-md px-3 py-2 text-left hover:bg-hover ' +
                (index === chosen ? 'bg-sunken' : '')
              }
            >
              {command.title}
              {command.key && <Key>{command.key}</Key>}
            </button>
          </li>
        ))}
      </ul>
    </dialog>
  )
}

function useAllCommands(): Command[] {
  const texts = useTexts(shellTexts)
  const [, go] = useLocation()
  const { language, theme, setTheme, setLanguage } = useSettings()
  const groups = useCommands(state => state.groups)
  return useMemo(() => {
    return [
      ...allCommands(groups),
      { key: '', title: texts.home, run: () => go('/') },
      ...placeViews.map(view => ({
        key: '',
        title: view.title[language],
        run: () => go(view.path),
      })),
      {
        key: '',
        title: theme === 'dark' ? texts.light : texts.dark,
        run: () => setTheme(theme === 'dark' ? 'light' : 'dark'),
      },
      {
        key: '',
        title: language === 'en' ? 'Svenska' : 'English',
        run: () => setLanguage(language === 'en' ? 'sv' : 'en'),
      },
    ]
  }, [texts, go, language, theme, setTheme, setLanguage, groups])
}
