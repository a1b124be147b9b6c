import type { AssetHit, AssetView } from '@antiphon/web/api/schema.ts'
import { useTexts } from '@antiphon/web/text/use_texts.ts'
import { clockTime, useFormats } from '@antiphon/web/text/numbers.ts'
import { useState } from 'react'
import { paths } from '../api.ts'
import { libraryTexts } from './texts.ts'

export type ShownClip = Pick<AssetView, 'assetId' | 'title' | 'url'> & Partial<AssetView & AssetHit>

interface CardProps {
  clip: ShownClip
  index: number
  progress: number | undefined
  open(assetId: string): void
}

/** A clip. Plays while it is pointed at or has the focus; opens when it is pressed. */
export function Card({ clip, index, progress, open }: CardProps) {
  const texts = useTexts(libraryTexts)
  const formats = useFormats()
  const [plays, setPlays] = useState(false)
  const isReady = (clip.state ?? 'ready') === 'ready'
  const detail = [
    clip.topic,
    isReady && clip.duration ? clockTime(clip.duration * 1000) : '',
    clip.score !== undefined && formats.percent(clip.score),
  ]
  return (
    <button
      type="button"
      data-index={index}
      data-asset={clip.assetId}
      data-state={clip.state ?? 'ready'}
      title={clip.description}
      onPointerEnter={() => setPlays(true)}
      onPointerLeave={() => setPlays(false)}
      onFocus={() => setPlays(true)}
      onBlur={() => setPlays(false)}
      onClick={() => open(clip.assetId)}
      className={
        'flex h-full w-full flex-col overflow-hidden rounded-md border border-line bg-panel ' +
        'text-left transition-colors duration-150 hover:border-ours-line'
      }
    >
      <span className="relative block min-h-0 w-full flex-1 overflow-hidden bg-sunken">
        {isReady ? (
          <Picture clip={clip} plays={plays} />
        ) : (
          <span className="flex h-full items-center justify-center p-3 text-xs text-quiet">
            {clip.state === 'failed' ? texts.failed : texts.processing}
          </span>
        )}
        {clip.state === 'processing' && <Progress done={progress ?? 0} label={texts.processing} />}
      </span>
      <span className="flex w-full shrink-0 flex-col px-3 py-2">
        <span className="truncate font-medium">{clip.title}</span>
        {clip.state === 'failed' ? (
          <span className="truncate text-xs text-bad">{clip.problem}</span>
        ) : (
          <span className="truncate text-xs text-quiet">{detail.filter(Boolean).join(' · ')}</span>
        )}
      </span>
    </button>
  )
}

// The still picture stays below the film: what a press began on must be there when it ends.
function Picture({ clip, plays }: { clip: ShownClip; plays: boolean }) {
  const still = paths.thumbnail(clip.assetId)
  const whole = 'pointer-events-none h-full w-full object-cover'
  return (
    <>
      <img src={still} alt="" loading="lazy" className={whole} />
      {plays && (
        <video
          src={clip.url}
          poster={still}
          autoPlay
          muted
          loop
          playsInline
          className={`absolute inset-0 ${whole}`}
        />
      )}
    </>
  )
}

/** @param done  0 to 1 */
export function Progress({ done, label }: { done: number; label: string }) {
  return (
    <span
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(done * 100)}
      className="absolute inset-x-0 bottom-0 block h-1 bg-line"
    >
      <span
        className="block h-full origin-left bg-ours-solid transition-transform duration-150"
        style={{ transform: `scaleX(${done})` }}
      />
    </span>
  )
}
