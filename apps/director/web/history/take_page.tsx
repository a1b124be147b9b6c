import { get } from '@antiphon/web/api/request.ts'
import { Failure, Shape } from '@antiphon/web/design/states.tsx'
import { clockTime, useFormats } from '@antiphon/web/text/numbers.ts'
import { useTexts } from '@antiphon/web/text/use_texts.ts'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from 'wouter'
import { EditListPart } from './edit_list.tsx'
import { Films } from './films.tsx'
import { type EditList, historyPaths, type KeptTake } from './history_api.ts'
import { TakeWaterfall } from './take_waterfall.tsx'
import { historyTexts } from './texts.ts'
import { Watch } from './watch_take.tsx'

// A recording that comes in or is being prepared changes the take by itself.
const lookAgainMs = 3000

/** One take: watched, changed, downloaded. */
export default function TakePage() {
  const { sessionId = '' } = useParams<{ sessionId: string }>()
  const take = useQuery({
    queryKey: ['take', sessionId],
    queryFn: () => get<KeptTake>(historyPaths.take(sessionId)),
    refetchInterval: ({ state }) =>
      state.data?.recording?.state === 'processing' ? lookAgainMs : false,
    staleTime: 0,
  })
  const list = useQuery({
    queryKey: ['edit-list', sessionId],
    queryFn: () => get<EditList>(historyPaths.editList(sessionId)),
    staleTime: 0,
  })
  const error = take.error ?? list.error
  if (error && !(take.data && list.data)) {
    const again = () => void (take.refetch(), list.refetch())
    return (
      <div className="mx-auto mt-8 max-w-2xl px-4">
        <Failure error={error} retry={again} />
      </div>
    )
  }
  return (
    <div className="mx-auto flex max-w-6xl flex-col gap-8 p-4">
      {take.data && list.data ? <Parts take={take.data} list={list.data} /> : <PartsShape />}
    </div>
  )
}

function Parts({ take, list }: { take: KeptTake; list: EditList }) {
  return (
    <>
      <Top take={take} />
      <Watch take={take} captions={list.captions} />
      <EditListPart key={list.editedAt ?? ''} list={list} />
      <Films sessionId={take.sessionId} />
      <TakeWaterfall sessionId={take.sessionId} />
    </>
  )
}

function Top({ take }: { take: KeptTake }) {
  const texts = useTexts(historyTexts)
  const formats = useFormats()
  return (
    <header className="-mb-4 flex flex-wrap items-baseline gap-x-4 gap-y-1">
      <h1 className="text-lg font-semibold">{texts.takeOf(formats.moment(take.createdAt))}</h1>
      <span title={texts.length} className="text-quiet">
        {clockTime(take.duration * 1000)}
      </span>
      <span className="text-quiet">{texts.statuses[take.status] ?? take.status}</span>
      {take.status === 'connected' && (
        <a href={`/director?take=${take.sessionId}`} className="font-medium text-ours underline">
          {texts.goOn}
        </a>
      )}
      <Link href="/director/takes" className="ml-auto text-ours underline">
        {texts.all}
      </Link>
    </header>
  )
}

function PartsShape() {
  return (
    <>
      <Shape className="h-8 w-64" />
      <div className="grid gap-4 lg:grid-cols-[3fr_2fr]">
        <Shape className="aspect-video" />
        <Shape className="h-full min-h-40" />
      </div>
      <Shape className="h-48" />
    </>
  )
}
