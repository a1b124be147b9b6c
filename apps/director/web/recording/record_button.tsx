import { Button } from '@antiphon/web/design/button.tsx'
import { useMe } from '@antiphon/web/identity/identity.ts'
import { useKeys } from '@antiphon/web/shell/keys.ts'
import { useTexts } from '@antiphon/web/text/use_texts.ts'
import { useEffect, useMemo } from 'react'
import { useCamera } from '../camera/camera_store.ts'
import { useTake } from '../take/take_store.ts'
import {
  sendLeftBehind,
  setAlone,
  startRecording,
  stopRecording,
  useRecording,
} from './recording_store.ts'
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
    <>
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
      <Alone />
    </>
  )
}

// Offered with a camera only: without one it would be a black picture.
function Alone() {
  const texts = useTexts(recordingTexts)
  const isSeen = useCamera(store => store.state === 'on')
  const isOn = useRecording(store => store.currentId !== '')
  const alone = useRecording(store => store.alone)
  if (!isSeen) return null
  return (
    <Button
      aria-pressed={alone}
      aria-label={texts.alone}
      title={texts.alone}
      disabled={isOn}
      className={`-ml-2 w-10 px-0! ${alone ? 'border-ours-line! bg-ours-soft! text-ours!' : ''}`}
      onClick={() => setAlone(!alone)}
    >
      <svg
        aria-hidden
        viewBox="0 0 16 16"
        className="size-4"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
      >
        <circle cx="8" cy="5" r="3" />
        <path d="M2.5 14.5c0-3 2.5-5 5.5-5s5.5 2 5.5 5" />
      </svg>
    </Button>
  )
}
