import { Button } from '@antiphon/web/design/button.tsx'
import { useMe } from '@antiphon/web/identity/identity.ts'
import { useKeys } from '@antiphon/web/shell/keys.ts'
import { useTexts } from '@antiphon/web/text/use_texts.ts'
import { useEffect, useMemo } from 'react'
import { useTake } from '../take/take_store.ts'
import { sendLeftBehind, startRecording, stopRecording, useRecording } from './recording_store.ts'
import { recordingTexts } from './texts.ts'

/** Starts and stops the recording; `r` does, too. Also sends on what an earlier visit has left. */
export function RecordButton() {
  const texts = useTexts(recordingTexts)
  const isOn = useRecording(store => store.currentId !== '')
  const isOver = useTake(store => store.take.status.state === 'completed')
  const sessionId = useTake(store => store.sessionId)
  const replaces = useRecording(store =>
    store.all.some(each => each.phase === 'whole' && each.sessionId === sessionId),
  )
  const me = useMe().data?.id ?? ''
  useEffect(() => {
    if (me) void sendLeftBehind(me)
  }, [me])
  const title = isOn ? texts.stop : texts.record
  const toggle = () => void (isOn ? stopRecording() : startRecording(me))
  const commands = useMemo(
    () => (isOver ? [] : [{ key: 'r', title, run: toggle }]),
    [isOver, title, me],
  )
  useKeys(commands)
  if (isOver) return null
  // Its word stays the same, so that nothing beside it moves; red and pressed say that it is on.
  return (
    <Button
      aria-pressed={isOn}
      aria-label={title}
      title={replaces && !isOn ? texts.replaces : title}
      className={isOn ? 'border-bad-solid! text-bad!' : ''}
      onClick={toggle}
    >
      <span
        aria-hidden
        className={`size-3 bg-bad-solid ${isOn ? 'rounded-none' : 'rounded-full'}`}
      />
      {texts.record}
    </Button>
  )
}
