import { Button, Key } from '@antiphon/web/design/button.tsx'
import { useTexts } from '@antiphon/web/text/use_texts.ts'
import { useFormats } from '@antiphon/web/text/numbers.ts'
import type { Clip, Proposal } from '../api.ts'
import { directorTexts } from '../texts.ts'
import { Judgement } from './judgement.tsx'
import { approve, override, useTake } from './take_store.ts'
import { Wishes } from './wishes.tsx'

/** The best clips for the last words; a click or its number shows one. */
export function Suggestions() {
  const texts = useTexts(directorTexts)
  const clips = useTake(store => store.take.clips)
  return (
    <section aria-labelledby="fits" className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <h2 id="fits" className="font-medium">
          {texts.fits}
        </h2>
        <Wishes />
      </div>
      {clips.length === 0 && <p className="text-quiet">{texts.fitsEmpty}</p>}
      <ul className="grid grid-cols-1 gap-2 sm:grid-cols-3 sm:gap-3">
        {clips.map((clip, index) => (
          <li key={clip.assetId}>
            <Suggestion clip={clip} number={index + 1} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Suggestion({ clip, number }: { clip: Clip; number: number }) {
  const isOn = useTake(store => store.command?.overlay.assetId === clip.assetId)
  const waiting = useTake(store => store.take.proposals.findLast(isAbout(clip)))
  return (
    <div
      className={
        'relative h-full rounded-md border bg-panel p-2 transition-colors duration-150 ' +
        'hover:border-ours-line ' +
        (isOn ? 'border-ours-line' : 'border-line')
      }
    >
      <Show clip={clip} number={number} />
      <div className="absolute right-2 bottom-2">
        {waiting ? <Approve clip={clip} proposal={waiting} /> : <Judgement clip={clip} />}
      </div>
    </div>
  )
}

const isAbout = (clip: Clip) => (proposal: Proposal) =>
  proposal.overlays.some(overlay => overlay.assetId === clip.assetId)

function Show({ clip, number }: { clip: Clip; number: number }) {
  const texts = useTexts(directorTexts)
  const formats = useFormats()
  return (
    <button
      type="button"
      data-suggestion={clip.assetId}
      onClick={() => override(clip.assetId)}
      className={
        'flex w-full items-center gap-3 text-left ' +
        'sm:flex-col sm:items-stretch sm:gap-2 xl:flex-row xl:items-center xl:gap-3'
      }
    >
      <img
        src={clip.thumbnailUrl}
        alt=""
        className="aspect-video w-20 shrink-0 sm:w-full xl:w-20 rounded-md bg-sunken object-cover"
      />
      <span className="min-w-0 flex-1">
        <span className="line-clamp-2 leading-tight font-medium">
          <span className="sr-only">{texts.show}: </span>
          {clip.title}
        </span>
        <span className="text-xs text-quiet">
          {formats.percent(clip.confidence)} · {formats.seconds(clip.duration)}
        </span>
      </span>
      <span className="self-start max-xl:hidden">
        <Key>{String(number)}</Key>
      </span>
    </button>
  )
}

function Approve({ clip, proposal }: { clip: Clip; proposal: Proposal }) {
  const texts = useTexts(directorTexts)
  return (
    <Button
      kind="primary"
      className="h-6! px-2! text-xs"
      data-approve={clip.assetId}
      onClick={() => approve(proposal.suggestionId, clip.assetId)}
    >
      {texts.approve}
    </Button>
  )
}
