import { get } from '@antiphon/web/api/request.ts'
import type { AssetHits, AssetViewPage, LibrarySummary } from '@antiphon/web/api/schema.ts'
import { Button, Key } from '@antiphon/web/design/button.tsx'
import { Empty, Failure, Shape } from '@antiphon/web/design/states.tsx'
import { useKeys } from '@antiphon/web/shell/keys.ts'
import { useFormats } from '@antiphon/web/text/numbers.ts'
import { useTexts } from '@antiphon/web/text/use_texts.ts'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { type DragEvent, useCallback, useDeferredValue, useMemo, useRef, useState } from 'react'
import { paths } from '../api.ts'
import { Editor } from './editor.tsx'
import { Grid } from './grid.tsx'
import { libraryTexts } from './texts.ts'
import { UploadPanel } from './upload_panel.tsx'
import { useUploads } from './upload_store.ts'
import { useWatch } from './watch.ts'

interface Wish {
  words: string
  /** Nothing: of any; empty: clips without one. */
  topic: string | undefined
  state: '' | 'ready' | 'processing' | 'failed'
}

const accepted = 'video/*,image/png,image/jpeg,image/webp,image/gif,.mkv,.avi,.mov'

/** The clips there are: looked through, searched, uploaded, edited. */
export default function Library() {
  const texts = useTexts(libraryTexts)
  const [wish, setWish] = useState<Wish>({ words: '', topic: undefined, state: '' })
  const [open, setOpen] = useState('')
  const [isOver, setOver] = useState(false)
  const chooser = useRef<HTMLInputElement>(null)
  const search = useRef<HTMLInputElement>(null)
  const progress = useWatch()
  const add = useUploads(uploads => uploads.add)
  useKeys(
    useMemo(
      () => [
        { key: 'u', title: texts.upload, run: () => chooser.current?.click() },
        { key: '/', title: texts.search, run: () => search.current?.focus() },
      ],
      [texts],
    ),
  )
  const drag = (event: DragEvent, over: boolean) => {
    if (!event.dataTransfer.types.includes('Files')) return
    event.preventDefault()
    setOver(over)
  }
  return (
    <div
      onDragOver={event => drag(event, true)}
      onDragLeave={event => drag(event, false)}
      onDrop={event => {
        drag(event, false)
        add(event.dataTransfer.files)
      }}
      className={`mx-auto flex min-h-[80vh] max-w-6xl flex-col gap-4 p-4 ${
        isOver ? 'outline-2 outline-ours-line outline-dashed' : ''
      }`}
    >
      <Top wish={wish} change={setWish} search={search} upload={() => chooser.current?.click()} />
      <input
        ref={chooser}
        type="file"
        multiple
        accept={accepted}
        aria-label={texts.upload}
        className="hidden"
        onChange={event => {
          add(event.target.files ?? [])
          event.target.value = ''
        }}
      />
      {isOver && <p className="text-center text-ours">{texts.drop}</p>}
      <UploadPanel open={setOpen} />
      <Clips wish={wish} progress={progress} open={setOpen} />
      {open && <Editor assetId={open} close={() => setOpen('')} />}
    </div>
  )
}

interface TopProps {
  wish: Wish
  change(wish: Wish): void
  search: React.RefObject<HTMLInputElement | null>
  upload(): void
}

const control = 'h-10 rounded-md border border-edge bg-panel px-3'

function Top({ wish, change, search, upload }: TopProps) {
  const texts = useTexts(libraryTexts)
  const formats = useFormats()
  const { data } = useQuery({
    queryKey: ['library'],
    queryFn: () => get<LibrarySummary>(paths.library),
  })
  return (
    <header className="flex flex-wrap items-center gap-3">
      <h1 className="text-lg font-semibold">{texts.title}</h1>
      <p className="mr-auto min-h-6 text-xs text-quiet">
        {data &&
          `${texts.clips(formats.whole(Number(data.assets)))} · ` +
            texts.space(formats.bytes(Number(data.bytes)), formats.bytes(Number(data.bytesMax)))}
      </p>
      <input
        ref={search}
        type="search"
        value={wish.words}
        maxLength={500}
        onChange={event => change({ ...wish, words: event.target.value })}
        aria-label={texts.search}
        placeholder={texts.search}
        className={`${control} w-full sm:w-72`}
      />
      <select
        aria-label={texts.topic}
        value={wish.topic === undefined ? '*' : `=${wish.topic}`}
        onChange={({ target }) =>
          change({ ...wish, topic: target.value === '*' ? undefined : target.value.slice(1) })
        }
        className={`${control} max-w-44`}
      >
        <option value="*">{texts.allTopics}</option>
        {data?.topics.map(({ topic, assets }) => (
          <option key={topic} value={`=${topic}`}>
            {`${topic || texts.noTopic} (${formats.whole(Number(assets))})`}
          </option>
        ))}
      </select>
      <select
        aria-label={texts.state}
        value={wish.state}
        onChange={({ target }) => change({ ...wish, state: target.value as Wish['state'] })}
        className={control}
      >
        <option value="">{texts.states.all}</option>
        <option value="ready">{texts.states.ready}</option>
        <option value="processing">{texts.states.processing}</option>
        <option value="failed">{texts.states.failed}</option>
      </select>
      <Button kind="primary" onClick={upload}>
        {texts.upload} <Key>u</Key>
      </Button>
    </header>
  )
}

interface ClipsProps {
  wish: Wish
  progress: ReadonlyMap<string, number>
  open(assetId: string): void
}

function Clips({ wish, progress, open }: ClipsProps) {
  const words = useDeferredValue(wish.words.trim())
  return words ? (
    <Found words={words} topic={wish.topic} progress={progress} open={open} />
  ) : (
    <All wish={wish} progress={progress} open={open} />
  )
}

function All({ wish, progress, open }: ClipsProps) {
  const texts = useTexts(libraryTexts)
  const filter =
    (wish.topic === undefined ? '' : `&topic=${encodeURIComponent(wish.topic)}`) +
    (wish.state && `&state=${wish.state}`)
  const assets = useInfiniteQuery({
    queryKey: ['assets', 'all', filter],
    queryFn: ({ pageParam }) =>
      get<AssetViewPage>(
        `${paths.assets}?limit=100${filter}${pageParam && `&cursor=${pageParam}`}`,
      ),
    initialPageParam: '',
    getNextPageParam: page => page.nextCursor && encodeURIComponent(page.nextCursor),
    placeholderData: keepPreviousData,
  })
  const { hasNextPage, isFetching, fetchNextPage } = assets
  const more = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage()
  }, [hasNextPage, isFetching, fetchNextPage])
  const clips = useMemo(() => assets.data?.pages.flatMap(page => page.items) ?? [], [assets.data])
  if (assets.error) return <Failure error={assets.error} retry={() => void assets.refetch()} />
  if (!assets.data) return <GridShape />
  if (clips.length === 0) return <Empty title={texts.empty}>{texts.emptyHint}</Empty>
  return (
    <Grid
      clips={clips}
      total={hasNextPage ? 0 : clips.length}
      progress={progress}
      open={open}
      more={more}
    />
  )
}

interface FoundProps extends Omit<ClipsProps, 'wish'> {
  words: string
  topic: string | undefined
}

function Found({ words, topic, progress, open }: FoundProps) {
  const texts = useTexts(libraryTexts)
  const filter = topic === undefined ? '' : `&topic=${encodeURIComponent(topic)}`
  const hits = useQuery({
    queryKey: ['assets', 'search', words, filter],
    queryFn: () =>
      get<AssetHits>(`${paths.assets}/search?limit=50&q=${encodeURIComponent(words)}${filter}`),
    placeholderData: keepPreviousData,
  })
  if (hits.error) return <Failure error={hits.error} retry={() => void hits.refetch()} />
  if (!hits.data) return <GridShape />
  if (hits.data.results.length === 0) return <Empty title={texts.none}>{texts.noneHint}</Empty>
  const { results } = hits.data
  return <Grid clips={results} total={results.length} progress={progress} open={open} />
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
