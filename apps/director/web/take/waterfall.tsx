import { useTexts } from '@antiphon/web/text/use_texts.ts'
import type { Timeline } from '../api.ts'
import { directorTexts } from '../texts.ts'
import { Stages, Total } from './stages.tsx'
import { useTake } from './take_store.ts'

/** Where the time of the last turn went, from the words to the picture, against its budget. */
export function Waterfall() {
  const texts = useTexts(directorTexts)
  const timeline = useTake(store => store.take.timeline)
  const shownMs = useTake(store => store.shownMs)
  return (
    <section
      aria-labelledby="latency"
      className="shrink-0 rounded-md border border-line bg-panel px-4 py-3"
    >
      <div className="flex items-baseline justify-between gap-2">
        <h2 id="latency" className="font-medium">
          {texts.latency}
        </h2>
        {timeline && <Total {...timeline} />}
      </div>
      {timeline ? (
        <Stages stages={withShown(timeline, shownMs)} />
      ) : (
        <p className="mt-1 text-quiet">{texts.latencyEmpty}</p>
      )}
    </section>
  )
}

// The last stage is the page's own: from the command's arrival to its first frame on the canvas.
function withShown({ stages, totalMs }: Timeline, shownMs: number | null) {
  if (shownMs === null) return stages
  return [...stages, { name: 'shown', startMs: totalMs, tookMs: shownMs }]
}
