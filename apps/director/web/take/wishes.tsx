import { Button } from '@antiphon/web/design/button.tsx'
import { useTexts } from '@antiphon/web/text/use_texts.ts'
import { useState } from 'react'
import { directorTexts } from '../texts.ts'
import { setCoverage, setMode, useTake } from './take_store.ts'

/** Whether clips ask first, and how much of the talk they cover. */
export function Wishes() {
  const texts = useTexts(directorTexts)
  const goesOn = useTake(
    store => store.sessionId !== null && store.take.status.state !== 'completed',
  )
  const asks = useTake(store => store.take.status.mode === 'approve')
  if (!goesOn) return null
  return (
    <div className="flex flex-1 flex-wrap items-center justify-between gap-x-4 gap-y-1">
      <Button
        small
        aria-pressed={asks}
        kind={asks ? 'primary' : 'plain'}
        onClick={() => setMode(asks ? 'automatic' : 'approve')}
      >
        {texts.ask}
      </Button>
      <Coverage />
    </div>
  )
}

// Told when the hand lets go, not on the way there.
function Coverage() {
  const texts = useTexts(directorTexts)
  const coverage = useTake(store => store.take.status.coverage)
  const [moved, setMoved] = useState<number | null>(null)
  function letGo() {
    if (moved !== null) setCoverage(moved)
    setMoved(null)
  }
  return (
    <label className="flex items-center gap-2 text-xs text-quiet">
      <span aria-hidden>{texts.coverageLittle}</span>
      <input
        type="range"
        min={0}
        max={1}
        step={0.1}
        value={moved ?? coverage}
        aria-label={texts.coverage}
        onChange={event => setMoved(Number(event.currentTarget.value))}
        onPointerUp={letGo}
        onKeyUp={letGo}
        onBlur={letGo}
        className="h-8 w-32 accent-ours-solid"
      />
      <span aria-hidden>{texts.coverageMuch}</span>
    </label>
  )
}
