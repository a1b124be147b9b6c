import { request } from '@antiphon/web/api/request.ts'
import { Button } from '@antiphon/web/design/button.tsx'
import { Failure } from '@antiphon/web/design/states.tsx'
import { clockTime, useFormats } from '@antiphon/web/text/numbers.ts'
import { useTexts } from '@antiphon/web/text/use_texts.ts'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { Progress } from '../library/card.tsx'
import { Ask } from './ask.tsx'
import { historyPaths, type Render } from './history_api.ts'
import { historyTexts } from './texts.ts'
import { type Standing, timeLeft } from './time_left.ts'

interface FilmRowProps {
  sessionId: string
  film: Render
}

/** A film on its way or there: how far, how long still, and what can be done. */
export function FilmRow({ sessionId, film }: FilmRowProps) {
  const texts = useTexts(historyTexts)
  const formats = useFormats()
  const { quality, layout, captions, state, problem, remarks, createdAt } = film
  const kind = [quality, layout && texts.layouts[layout], captions && texts.captions]
  return (
    <li
      data-film={film.renderId}
      data-film-state={state}
      className={
        'relative flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-4 py-3 ' +
        'last:border-b-0'
      }
    >
      <span className="font-medium">{kind.filter(Boolean).join(' · ')}</span>
      <span className="text-quiet">{formats.moment(createdAt)}</span>
      <span className={state === 'failed' ? 'text-bad' : 'text-quiet'}>
        {texts.states[state]}
        {problem && `: ${problem}`}
      </span>
      {state === 'running' && <Going film={film} />}
      <Actions sessionId={sessionId} film={film} />
      {remarks.map(remark => (
        <p key={remark} className="w-full text-xs text-quiet">
          {remark}
        </p>
      ))}
      {state === 'running' && <Progress done={film.progress} label={texts.states.running} />}
    </li>
  )
}

function Going({ film: { progress } }: { film: Render }) {
  const texts = useTexts(historyTexts)
  const formats = useFormats()
  const first = useRef<Standing>(null)
  const now = { at: performance.now(), progress }
  first.current ??= now
  const left = timeLeft(first.current, now)
  return (
    <span className="text-quiet">
      {formats.percent(progress)}
      {left !== undefined && ` · ${texts.left(clockTime(left))}`}
    </span>
  )
}

function Actions({ sessionId, film }: FilmRowProps) {
  const texts = useTexts(historyTexts)
  const formats = useFormats()
  const client = useQueryClient()
  const end = useMutation({
    mutationFn: () => request('DELETE', historyPaths.render(sessionId, film.renderId)),
    onSettled: () => client.invalidateQueries({ queryKey: ['renders', sessionId] }),
  })
  const isOpen = film.state === 'waiting' || film.state === 'running'
  return (
    <span className="ml-auto flex items-center gap-3">
      {film.url && (
        <a href={film.url} download className="font-medium text-ours underline">
          {texts.download} ({formats.bytes(Number(film.bytes))})
        </a>
      )}
      {isOpen ? (
        <Button small disabled={end.isPending} onClick={() => end.mutate()}>
          {texts.cancel}
        </Button>
      ) : (
        <Ask
          label={texts.delete}
          question={texts.deleteAsk}
          yes={texts.delete}
          no={texts.keep}
          disabled={end.isPending}
          onYes={() => end.mutate()}
        />
      )}
      {end.error && <Failure error={end.error} />}
    </span>
  )
}
