import { Button } from '@antiphon/web/design/button.tsx'
import { useTexts } from '@antiphon/web/text/use_texts.ts'
import { clockTime, useFormats } from '@antiphon/web/text/numbers.ts'
import { type FormEvent, memo, useEffect, useRef } from 'react'
import { type Overlay, paths, type Suggestion } from '../api.ts'
import { directorTexts } from '../texts.ts'
import type { Turn } from './take_state.ts'
import { ChartAnswer } from './chart.tsx'
import { say, useTake } from './take_store.ts'

/** Call and response: each thing said, and below it what was answered. */
export function Heard() {
  const texts = useTexts(directorTexts)
  const turns = useTake(store => store.take.turns)
  const completed = useTake(store => store.take.status.state === 'completed')
  return (
    <section
      aria-labelledby="heard"
      className={
        'flex min-h-0 flex-1 flex-col overflow-hidden rounded-md border border-line bg-panel'
      }
    >
      <h2 id="heard" className="border-b border-line px-4 py-2 font-medium">
        {texts.heard}
      </h2>
      <TurnList turns={turns} />
      {!completed && <Typed />}
    </section>
  )
}

function TurnList({ turns }: { turns: Turn[] }) {
  const texts = useTexts(directorTexts)
  const list = useRef<HTMLOListElement>(null)
  const follows = useRef(true)
  // The newest stays in sight, unless one has scrolled back to read.
  useEffect(() => {
    if (follows.current) list.current?.scrollTo({ top: list.current.scrollHeight })
  }, [turns])
  function onScroll() {
    const { scrollHeight, scrollTop, clientHeight } = list.current!
    follows.current = scrollHeight - scrollTop - clientHeight < 40
  }
  if (turns.length === 0) return <Beginning />
  return (
    <ol
      ref={list}
      onScroll={onScroll}
      tabIndex={0}
      aria-label={texts.heard}
      className="min-h-0 flex-1 overflow-y-auto p-4 max-lg:max-h-96"
    >
      {turns.map(turn => (
        <TurnRow key={turn.utterance} turn={turn} />
      ))}
    </ol>
  )
}

function Beginning() {
  const texts = useTexts(directorTexts)
  return (
    <div className="flex flex-1 flex-col items-start gap-3 p-4 text-quiet">
      <p>{texts.heardEmpty}</p>
      <Button small onClick={() => void say(texts.sample)} className="max-w-full">
        <span className="truncate">“{texts.sample}”</span>
      </Button>
    </div>
  )
}

const TurnRow = memo(function TurnRow({ turn }: { turn: Turn }) {
  return (
    <li
      data-utterance={turn.utterance}
      data-final={turn.isFinal}
      className="grid grid-cols-[2.5rem_minmax(0,1fr)] gap-x-2 pb-4"
    >
      <span className="pt-0.5 text-xs text-quiet">
        {turn.timestamp !== null && clockTime(turn.timestamp)}
      </span>
      <div className="flex min-w-0 flex-col gap-1">
        <Words turn={turn} />
        {turn.chart && <ChartAnswer told={turn.chart} />}
        {turn.overlay ? <Answer overlay={turn.overlay} /> : <NoAnswer turn={turn} />}
      </div>
    </li>
  )
})

// Words that may still change are lighter.
function Words({ turn }: { turn: Turn }) {
  const words = turn.text.split(' ')
  const stable = turn.isFinal ? words.length : turn.stableWords
  return (
    <p className="border-l-2 border-theirs-solid pl-3">
      <span data-words>{words.slice(0, stable).join(' ')}</span>{' '}
      <span className="text-quiet">{words.slice(stable).join(' ')}</span>
    </p>
  )
}

function Answer({ overlay }: { overlay: Overlay }) {
  const texts = useTexts(directorTexts)
  const formats = useFormats()
  const { why } = overlay
  const heard = [...new Set(why.matches.map(match => match.heard))].join(', ')
  const reason =
    why.source === 'creator' ? texts.yourChoice : heard && `${texts.because} “${heard}”`
  const detail = [
    reason,
    why.source === 'approved' && texts.approved,
    why.standing === 'pinned' && texts.pinned,
    formats.milliseconds(why.latencyMs),
  ]
    .filter(Boolean)
    .join(' · ')
  return (
    <div
      data-answer={overlay.assetId}
      className="ml-3.5 flex animate-appear items-center gap-3 rounded-md bg-ours-soft p-2"
    >
      <img
        src={paths.thumbnail(overlay.assetId)}
        alt=""
        className="aspect-video w-14 shrink-0 rounded-md object-cover"
      />
      <span className="min-w-0 flex-1">
        <span className="line-clamp-2 leading-tight font-medium text-ours">{overlay.title}</span>
        <span className="block text-xs text-quiet">{detail}</span>
      </span>
    </div>
  )
}

// The line is kept free from the start, so that nothing jumps when the answer comes.
function NoAnswer({ turn }: { turn: Turn }) {
  return (
    <p className="ml-3.5 min-h-5 text-xs text-quiet">
      {turn.suggestion && turn.isFinal && <VerdictOf suggestion={turn.suggestion} />}
    </p>
  )
}

function VerdictOf({ suggestion }: { suggestion: Suggestion }) {
  const texts = useTexts(directorTexts)
  const fallback = texts.fallbacks[suggestion.fallback]
  return [texts.verdicts[suggestion.verdict], fallback].filter(Boolean).join('; ')
}

function Typed() {
  const texts = useTexts(directorTexts)
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = event.currentTarget
    const text = String(new FormData(form).get('text')).trim()
    if (text) void say(text)
    form.reset()
  }
  return (
    <form onSubmit={submit} className="flex gap-2 border-t border-line p-2">
      <input
        name="text"
        maxLength={2000}
        autoComplete="off"
        aria-label={texts.typeHint}
        placeholder={texts.typeHint}
        className="h-10 min-w-0 flex-1 rounded-md border border-edge bg-panel px-3"
      />
      <Button type="submit">{texts.send}</Button>
    </form>
  )
}
