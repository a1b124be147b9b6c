import type { Layout } from '@antiphon/web/api/schema.ts'
import { Button } from '@antiphon/web/design/button.tsx'
import { useTexts } from '@antiphon/web/text/use_texts.ts'
import { moveSpeaker, startCamera, stopCamera, useCamera } from '../camera/camera_store.ts'
import { layouts } from '../stage/layout.ts'
import { RecordButton } from '../recording/record_button.tsx'
import { directorTexts } from '../texts.ts'
import { setLayout, useTake } from './take_store.ts'

const strokes = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.5 }

/** Camera and recording, and where speaker and clip stand. */
export function Arrangement() {
  const texts = useTexts(directorTexts)
  const layout = useTake(store => store.take.status.layout)
  const camera = useCamera(store => store.state)
  const isOver = useTake(store => store.take.status.state === 'completed')
  return (
    <>
      <RecordButton />
      <Button
        aria-pressed={camera === 'on'}
        disabled={camera === 'opening'}
        onClick={() => (camera === 'off' ? void startCamera() : stopCamera())}
      >
        {camera === 'off' ? texts.cameraOn : texts.cameraOff}
      </Button>
      <div role="radiogroup" aria-label={texts.layout} className="flex">
        {layouts.map(each => (
          <Choice
            key={each}
            layout={each}
            isChosen={each === layout}
            disabled={isOver}
            choose={() => setLayout(each)}
          />
        ))}
      </div>
      {layout === 'pip' && camera === 'on' && (
        <Button
          aria-label={texts.moveSpeaker}
          title={texts.moveSpeaker}
          className="-ml-2 w-10 px-0!"
          onClick={moveSpeaker}
        >
          <svg aria-hidden viewBox="0 0 16 16" className="size-4" {...strokes}>
            <path d="M13 6a5.5 5.5 0 1 0 .5 3M13.5 2.5V6H10" />
          </svg>
        </Button>
      )}
    </>
  )
}

interface ChoiceProps {
  layout: Layout
  isChosen: boolean
  disabled: boolean
  choose(): void
}

function Choice({ layout, isChosen, disabled, choose }: ChoiceProps) {
  const texts = useTexts(directorTexts)
  return (
    <button
      type="button"
      role="radio"
      aria-checked={isChosen}
      aria-label={texts.layouts[layout]}
      title={texts.layouts[layout]}
      data-layout={layout}
      disabled={disabled}
      onClick={choose}
      className={
        '-ml-px flex h-10 w-11 items-center justify-center border transition-colors duration-150 ' +
        'first:ml-0 first:rounded-l-md last:rounded-r-md disabled:opacity-50 ' +
        (isChosen
          ? 'z-[1] border-ours-line bg-ours-soft text-ours'
          : 'border-edge bg-panel text-quiet hover:bg-hover hover:text-ink')
      }
    >
      <Sketch layout={layout} />
    </button>
  )
}

// The canvas in small: the clip as an outline, the speaker filled.
function Sketch({ layout }: { layout: Layout }) {
  return (
    <svg aria-hidden viewBox="0 0 24 16" className="h-4 w-6" {...strokes}>
      <rect x="1" y="1.5" width="22" height="13" rx="1.5" />
      {layout === 'pip' && <rect x="14" y="8.5" width="7" height="4" fill="currentColor" />}
      {layout === 'sideBySide' && (
        <rect x="12" y="2" width="10.5" height="12" fill="currentColor" />
      )}
    </svg>
  )
}
