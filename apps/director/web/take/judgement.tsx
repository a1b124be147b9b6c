import { useTexts } from '@antiphon/web/text/use_texts.ts'
import type { Clip } from '../api.ts'
import { directorTexts } from '../texts.ts'
import { ban, pin, rate, useTake } from './take_store.ts'

// Outlines in a square of 16.
const thumb = 'M2 7h2.5v6.5H2zM4.5 8 7.5 2c1.2 0 1.8.8 1.6 1.9L8.6 6.5H13l-1.2 7H4.5'
const marks = {
  up: thumb,
  down: thumb,
  pin: 'M5.5 2h5M6.5 2v4.5L4.5 9.5h7l-2-3V2M8 9.5V14',
  ban: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M3.8 3.8l8.4 8.4',
}

/** What the creator thinks of a clip: thumbs, pin, ban. Each changes later choices. */
export function Judgement({ clip }: { clip: Clip }) {
  const texts = useTexts(directorTexts)
  const { assetId } = clip
  const opinion = useTake(store => store.take.opinions[assetId]) ?? clip
  const { up, down } = { up: opinion.thumb === 'up', down: opinion.thumb === 'down' }
  const pinned = opinion.standing === 'pinned'
  const banned = opinion.standing === 'banned'
  return (
    <div role="group" aria-label={clip.title} className="flex">
      <Mark
        mark="up"
        title={texts.thumbUp}
        isOn={up}
        onClick={() => rate(assetId, up ? 'none' : 'up')}
      />
      <Mark
        mark="down"
        title={texts.thumbDown}
        isOn={down}
        onClick={() => rate(assetId, down ? 'none' : 'down')}
      />
      <Mark
        mark="pin"
        title={pinned ? texts.pinned : texts.pin}
        isOn={pinned}
        onClick={() => pin(assetId, !pinned)}
      />
      <Mark
        mark="ban"
        title={banned ? texts.banned : texts.ban}
        isOn={banned}
        onClick={() => ban(assetId, !banned)}
      />
    </div>
  )
}

interface MarkProps {
  mark: keyof typeof marks
  title: string
  isOn: boolean
  onClick: () => void
}

function Mark({ mark, title, isOn, onClick }: MarkProps) {
  return (
    <button
      type="button"
      aria-label={title}
      aria-pressed={isOn}
      title={title}
      data-mark={mark}
      onClick={onClick}
      className={
        'flex size-6 items-center justify-center rounded-md transition-colors duration-150 ' +
        (isOn ? 'bg-ours-soft text-ours' : 'text-quiet hover:bg-hover hover:text-ink')
      }
    >
      <svg
        aria-hidden
        viewBox="0 0 16 16"
        className={`size-3.5 ${mark === 'down' ? 'rotate-180' : ''}`}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinejoin="round"
      >
        <path d={marks[mark]} />
      </svg>
    </button>
  )
}
