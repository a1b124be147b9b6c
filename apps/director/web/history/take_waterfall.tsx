import { get } from '@antiphon/web/api/request.ts'
import type { WaterfallTurn } from '@antiphon/web/api/schema.ts'
import { Failure } from '@antiphon/web/design/states.tsx'
import { useTexts } from '@antiphon/web/text/use_texts.ts'
import { useQuery } from '@tanstack/react-query'
import { Stages, Total } from '../take/stages.tsx'
import { historyPaths } from './history_api.ts'
import { historyTexts } from './texts.ts'

/** Where the time of each sentence went; as long as the server keeps it. */
export function TakeWaterfall({ sessionId }: { sessionId: string }) {
  const texts = useTexts(historyTexts)
  const waterfall = useQuery({
    queryKey: ['waterfall', sessionId],
    queryFn: () => get<{ turns: WaterfallTurn[] }>(historyPaths.waterfall(sessionId)),
    staleTime: 0,
  })
  const turns = waterfall.data?.turns
  return (
    <section aria-labelledby="latency" className="flex flex-col gap-3">
      <h2 id="latency" className="text-base font-semibold">
        {texts.latency}
      </h2>
      {waterfall.error && <Failure error={waterfall.error} />}
      {turns?.length === 0 && <p className="text-quiet">{texts.latencyNone}</p>}
      <ol className="grid gap-3 md:grid-cols-2 xl:grid-cols-3">
        {turns?.map(turn => (
          <li
            key={Number(turn.number)}
            className="rounded-md border border-line bg-panel px-4 py-3"
          >
            <div className="flex items-baseline justify-between gap-2">
              <h3 className="font-medium">{`${texts.turn} ${turn.number}`}</h3>
              <Total {...turn} />
            </div>
            <Stages stages={turn.stages} />
          </li>
        ))}
      </ol>
    </section>
  )
}
