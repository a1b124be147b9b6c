import { useFormats } from '@antiphon/web/text/numbers.ts'
import { useTexts } from '@antiphon/web/text/use_texts.ts'
import { directorTexts } from '../texts.ts'

export interface Stage {
  name: string
  startMs: number
  tookMs: number
}

/** The stages of a turn below each other, on one scale of time. */
export function Stages({ stages }: { stages: Stage[] }) {
  const texts = useTexts(directorTexts)
  const formats = useFormats()
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

interface TotalProps {
  totalMs: number
  deadlineMs: number
  missed: boolean
}

/** How long a turn took, against what it was allowed. */
export function Total({ totalMs, deadlineMs, missed }: TotalProps) {
  const texts = useTexts(directorTexts)
  const formats = useFormats()
  return (
    <span className={`text-xs ${missed ? 'text-bad' : 'text-quiet'}`}>
      {missed && `${texts.late} · `}
      {`${formats.milliseconds(totalMs)} ${texts.budget} `}
      {formats.milliseconds(deadlineMs)}
    </span>
  )
}
