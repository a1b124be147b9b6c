import { get } from '@antiphon/web/api/request.ts'
import { Button } from '@antiphon/web/design/button.tsx'
import { Empty, Failure, Shape } from '@antiphon/web/design/states.tsx'
import { clockTime, useFormats } from '@antiphon/web/text/numbers.ts'
import { useTexts } from '@antiphon/web/text/use_texts.ts'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { historyPaths, type KeptTake } from './history_api.ts'
import { historyTexts } from './texts.ts'

interface TakePage {
  items: KeptTake[]
  nextCursor?: string
}

/** All takes, the newest first. */
export default function Takes() {
  const texts = useTexts(historyTexts)
  return (
    <div className="mx-auto flex max-w-3xl flex-col gap-4 p-4">
      <h1 className="text-lg font-semibold">{texts.title}</h1>
      <List />
    </div>
  )
}

function List() {
  const texts = useTexts(historyTexts)
  const takes = useInfiniteQuery({
    queryKey: ['takes'],
    queryFn: ({ pageParam }) =>
      get<TakePage>(`${historyPaths.takes}?limit=25${pageParam && `&cursor=${pageParam}`}`),
    initialPageParam: '',
    getNextPageParam: page => page.nextCursor && encodeURIComponent(page.nextCursor),
    staleTime: 0,
  })
  if (!takes.data) {
    if (takes.error) return <Failure error={takes.error} retry={() => void takes.refetch()} />
    return <ListShape />
  }
  const all = takes.data.pages.flatMap(page => page.items)
  if (all.length === 0) return <NoTakes />
  return (
    <>
      <ul className="flex flex-col rounded-md border border-line bg-panel">
        {all.map(take => (
          <li key={take.sessionId} className="border-b border-line last:border-b-0">
            <Row take={take} />
          </li>
        ))}
      </ul>
      {takes.error && <Failure error={takes.error} retry={() => void takes.fetchNextPage()} />}
      {takes.hasNextPage && (
        <Button disabled={takes.isFetching} onClick={() => void takes.fetchNextPage()}>
          {texts.more}
        </Button>
      )}
    </>
  )
}

function Row({ take }: { take: KeptTake }) {
  const texts = useTexts(historyTexts)
  const formats = useFormats()
  const { sessionId, createdAt, duration, status, recording, videoUrl } = take
  const isRecorded = Boolean(videoUrl ?? recording)
  return (
    <Link
      href={`/director/takes/${sessionId}`}
      data-take={sessionId}
      className={
        'flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3 transition-colors duration-150 ' +
        'hover:bg-hover'
      }
    >
      <span className="font-medium">{formats.moment(createdAt)}</span>
      <span title={texts.length} className="text-quiet">
        {clockTime(duration * 1000)}
      </span>
      {status !== 'completed' && (
        <span className="text-wait">{texts.statuses[status] ?? status}</span>
      )}
      <span className={`ml-auto text-xs ${isRecorded ? 'text-ours' : 'text-quiet'}`}>
        {isRecorded ? texts.recorded : texts.noRecording}
      </span>
    </Link>
  )
}

function NoTakes() {
  const texts = useTexts(historyTexts)
  return (
    <Empty title={texts.empty}>
      <p className="mb-4">{texts.emptyHint}</p>
      <Link href="/director" className="font-medium text-ours underline">
        {texts.newTake}
      </Link>
    </Empty>
  )
}

function ListShape() {
  return (
    <div className="flex flex-col gap-2">
      {Array.from({ length: 6 }, (_, index) => (
        <Shape key={index} className="h-11" />
      ))}
    </div>
  )
}
