import { useTexts } from '@antiphon/web/text/use_texts.ts'
import { useFormats } from '@antiphon/web/text/numbers.ts'
import type { Timeline } from '../api.ts'
import { directorTexts } from '../texts.ts'
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
        {timeline && <Total timeline={timeline} />}
      </div>
      {timeline ? (
        <Stages timeline={timeline} shownMs={shownMs} />
      ) : (
        <p className="mt-1 text-quiet">{texts.latencyEmpty}</p>
      )}
    </section>
  )
}

function Total({ timeline }: { timeline: Timeline }) {
  const texts = useTexts(directorTexts)
  const formats = useFormats()
  return (
    <span className={`text-xs ${timeline.missed ? 'text-bad' : 'text-quiet'}`}>
      {timeline.missed && `${texts.late} · `}
      {`${formats.milliseconds(timeline.totalMs)} ${texts.budget} `}
      {formats.milliseconds(timeline.deadlineMs)}
    </span>
  )
}

interface StagesProps {
  timeline: Timeline
  shownMs: number | null
}

function Stages({ timeline, shownMs }: StagesProps) {
  const texts = useTexts(directorTexts)
  const formats = useFormats()
  const shown = { name: 'shown', startMs: timeline.totalMs, tookMs: shownMs ?? 0 }
  const stages = shownMs === null ? timeline.stages : [...timeline.stages, shown]
  const end = Math.max(1, ...stages.map(stage => stage.startMs + stage.tookMs))
  return (
    <dl className="mt-2 flex flex-col gap-1 text-xs leading-tight">
      {stages.map(stage => (
        <div key={stage.name} className="grid grid-cols-[5rem_1fr_4rem] items-center gap-2">
          <dt className="text-quiet">{texts.stages[stage.name] ?? stage.name}</dt>
          <dd className="text-right [order:1]">{formats.milliseconds(stage.tookMs)}</dd>
          <div aria-hidden className="relative h-2 rounded-full bg-sunken">
            <div
              className={
                'absolute h-full min-w-0.5 rounded-full ' +
                (stage.name === 'heard' ? 'bg-theirs-solid' : 'bg-ours-solid')
              }
              style={{
                left: `${(100 * stage.startMs) / end}%`,
                width: `${(100 * stage.tookMs) / end}%`,
              }}
            />
          </div>
        </div>
      ))}
    </dl>
  )
}
