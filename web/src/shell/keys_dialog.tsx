import { useMemo, useRef } from 'react'
import { Button, Key } from '../design/button.tsx'
import { useTexts } from '../text/use_texts.ts'
import { allCommands, useCommands, useKeys } from './keys.ts'
import { shellTexts } from './texts.ts'

/** `?` shows which keys there are. */
export function KeysDialog() {
  const texts = useTexts(shellTexts)
  const dialog = useRef<HTMLDialogElement>(null)
  const groups = useCommands(state => state.groups)
  useKeys(
    useMemo(
      () => [{ key: '?', title: texts.keys, run: () => dialog.current?.showModal() }],
      [texts],
    ),
  )
  return (
    <dialog
      ref={dialog}
      aria-labelledby="keys-title"
      className="w-80 rounded-md border border-line bg-panel p-4 text-ink shadow-md"
    >
      <h2 id="keys-title" className="mb-3 text-base font-semibold">
        {texts.keys}
      </h2>
      <dl className="flex flex-col gap-2">
        {allCommands(groups)
          .filter(command => command.key)
          .map(command => (
            <Row key={command.key} title={command.title} keys={command.key} />
          ))}
        <Row title={texts.palette} keys="Ctrl K" />
      </dl>
      <form method="dialog" className="mt-4 flex justify-end">
        <Button type="submit" small>
          {texts.close}
        </Button>
      </form>
    </dialog>
  )
}

function Row({ title, keys }: { title: string; keys: string }) {
  return (
    <div className="flex justify-between gap-4">
      <dt>{title}</dt>
      <dd className="flex gap-1">
        {keys.split(' ').map(key => (
          <Key key={key}>{key}</Key>
        ))}
      </dd>
    </div>
  )
}
