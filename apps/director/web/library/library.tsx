import { get } from '@antiphon/web/api/request.ts'
import type { AssetHit, AssetHits, AssetView, AssetViewPage } from '@antiphon/web/api/schema.ts'
import { Button } from '@antiphon/web/design/button.tsx'
import { Empty, Failure, Shape } from '@antiphon/web/design/states.tsx'
import { useTexts } from '@antiphon/web/text/use_texts.ts'
import { useFormats } from '@antiphon/web/text/numbers.ts'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { paths } from '../api.ts'
import { directorTexts } from '../texts.ts'

/** The clips there are, and a search among them. */
export default function Library() {
  const texts = useTexts(directorTexts).library
  const [words, setWords] = useState('')
  const wanted = useDeferredValue(words.trim())
  return (
    <div className="mx-auto flex max-w-6xl flex-col gap-4 p-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h1 className="text-lg font-semibold">{texts.title}</h1>
        <input
          type="search"
          value={words}
          maxLength={500}
          onChange={event => setWords(event.target.value)}
          aria-label={texts.search}
          placeholder={texts.search}
          className="h-10 w-full rounded-md border border-edge bg-panel px-3 sm:w-80"
        />
      </div>
      {wanted ? <Found words={wanted} /> : <All />}
    </div>
  )
}

function All() {
  const texts = useTexts(directorTexts).library
  const assets = useInfiniteQuery({
    queryKey: ['assets'],
    queryFn: ({ pageParam }) =>
      get<AssetViewPage>(`${paths.assets}?limit=48${pageParam && `&cursor=${pageParam}`}`),
    initialPageParam: '',
    getNextPageParam: page => page.nextCursor && encodeURIComponent(page.nextCursor),
  })
  if (assets.error) return <Failure error={assets.error} retry={() => void assets.refetch()} />
  if (!assets.data) return <GridShape />
  return (
    <>
      <Grid clips={assets.data.pages.flatMap(page => page.items)} />
      {assets.hasNextPage && (
        <Button onClick={() => void assets.fetchNextPage()} disabled={assets.isFetching}>
          {texts.more}
        </Button>
      )}
    </>
  )
}

function Found({ words }: { words: string }) {
  const texts = useTexts(directorTexts).library
  const hits = useQuery({
    queryKey: ['assets', 'search', words],
    queryFn: () => get<AssetHits>(`${paths.assets}/search?limit=24&q=${encodeURIComponent(words)}`),
    placeholderData: keepPreviousData,
  })
  if (hits.error) return <Failure error={hits.error} retry={() => void hits.refetch()} />
  if (!hits.data) return <GridShape />
  if (hits.data.results.length === 0) return <Empty title={texts.none}>{texts.noneHint}</Empty>
  return <Grid clips={hits.data.results} />
}

type Shown = Pick<AssetView, 'assetId' | 'title' | 'url'> & Partial<AssetView & AssetHit>

function Grid({ clips }: { clips: Shown[] }) {
  return (
    <ul className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-4 xl:grid-cols-5">
      {clips.map(clip => (
        <li key={clip.assetId}>
          <Card clip={clip} />
        </li>
      ))}
    </ul>
  )
}

// Plays while it is pointed at or has the focus.
function Card({ clip }: { clip: Shown }) {
  const formats = useFormats()
  const [plays, setPlays] = useState(false)
  const detail = [
    clip.topic,
    clip.duration !== undefined && formats.seconds(clip.duration),
    clip.score !== undefined && formats.percent(clip.score),
  ]
  return (
    <button
      type="button"
      title={clip.description}
      onPointerEnter={() => setPlays(true)}
      onPointerLeave={() => setPlays(false)}
      onFocus={() => setPlays(true)}
      onBlur={() => setPlays(false)}
      onClick={() => setPlays(!plays)}
      className={
        'flex w-full flex-col overflow-hidden rounded-md border border-line bg-panel text-left ' +
        'transition-colors duration-150 hover:border-ours-line'
      }
    >
      {plays ? (
        <video
          src={clip.url}
          poster={paths.thumbnail(clip.assetId)}
          autoPlay
          muted
          loop
          playsInline
          className="aspect-video w-full bg-sunken object-cover"
        />
      ) : (
        <img
          src={paths.thumbnail(clip.assetId)}
          alt=""
          loading="lazy"
          className="aspect-video w-full bg-sunken object-cover"
        />
      )}
      <span className="flex flex-col px-3 py-2">
        <span className="truncate font-medium">{clip.title}</span>
        <span className="text-xs text-quiet">{detail.filter(Boolean).join(' · ')}</span>
      </span>
    </button>
  )
}

function GridShape() {
  return (
    <div className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-4">
      {Array.from({ length: 8 }, (_, index) => (
        <Shape key={index} className="aspect-video" />
      ))}
    </div>
  )
}
