import type { Layout } from '@antiphon/web/api/schema.ts'
import { get, post } from '@antiphon/web/api/request.ts'
import { Button } from '@antiphon/web/design/button.tsx'
import { Failure } from '@antiphon/web/design/states.tsx'
import { useTexts } from '@antiphon/web/text/use_texts.ts'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { layouts } from '../stage/layout.ts'
import { FilmRow } from './film_row.tsx'
import { historyPaths, type Quality, type Render } from './history_api.ts'
import { historyTexts } from './texts.ts'

const lookAgainMs = 1000
const isOpen = ({ state }: Render) => state === 'waiting' || state === 'running'

/** The films of a take: made, followed, downloaded. */
export function Films({ sessionId }: { sessionId: string }) {
  const texts = useTexts(historyTexts)
  const films = useQuery({
    queryKey: ['renders', sessionId],
    queryFn: () => get<{ items: Render[] }>(historyPaths.renders(sessionId)),
    refetchInterval: ({ state }) => (state.data?.items.some(isOpen) ? lookAgainMs : false),
    staleTime: 0,
  })
  const all = films.data?.items
  return (
    <section aria-labelledby="film" className="flex flex-col gap-3">
      <h2 id="film" className="text-base font-semibold">
        {texts.film}
      </h2>
      <p className="text-quiet">{texts.filmHint}</p>
      <Wanted sessionId={sessionId} />
      {films.error && <Failure error={films.error} retry={() => void films.refetch()} />}
      {all?.length === 0 && <p className="text-quiet">{texts.noFilms}</p>}
      {all && all.length > 0 && (
        <ul className="flex flex-col rounded-md border border-line bg-panel">
          {all.map(film => (
            <FilmRow key={film.renderId} sessionId={sessionId} film={film} />
          ))}
        </ul>
      )}
    </section>
  )
}

const control = 'h-10 rounded-md border border-edge bg-panel px-3'

function Wanted({ sessionId }: { sessionId: string }) {
  const texts = useTexts(historyTexts)
  const client = useQueryClient()
  const [quality, setQuality] = useState<Quality>('720p')
  const [layout, setLayout] = useState<Layout | ''>('')
  const [captions, setCaptions] = useState(false)
  const make = useMutation({
    mutationFn: () =>
      post<Render>(historyPaths.renders(sessionId), {
        quality,
        captions,
        ...(layout && { layout }),
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['renders', sessionId] }),
  })
  return (
    <>
      <form
        onSubmit={event => {
          event.preventDefault()
          make.mutate()
        }}
        className="flex flex-wrap items-end gap-x-4 gap-y-3"
      >
        <Field label={texts.quality}>
          <select
            value={quality}
            onChange={({ target }) => setQuality(target.value as Quality)}
            className={control}
          >
            <option value="720p">720p (1280 × 720)</option>
            <option value="1080p">1080p (1920 × 1080)</option>
          </select>
        </Field>
        <Field label={texts.layout}>
          <select
            value={layout}
            onChange={({ target }) => setLayout(target.value as Layout | '')}
            className={control}
          >
            <option value="">{texts.asInTheList}</option>
            {layouts.map(each => (
              <option key={each} value={each}>
                {texts.layouts[each]}
              </option>
            ))}
          </select>
        </Field>
        <label className="flex h-10 items-center gap-2">
          <input
            type="checkbox"
            checked={captions}
            onChange={({ target }) => setCaptions(target.checked)}
            className="size-4 accent-ours-solid"
          />
          {texts.captions}
        </label>
        <Button kind="primary" type="submit" disabled={make.isPending}>
          {texts.make}
        </Button>
      </form>
      {make.error && <Failure error={make.error} />}
    </>
  )
}

function Field({ label, children }: { label: string; children: ReactNode }) {
  return (
    <label className="flex flex-col gap-1">
      <span className="font-medium">{label}</span>
      {children}
    </label>
  )
}
