import { Button } from '@antiphon/web/design/button.tsx'
import { useTexts } from '@antiphon/web/text/use_texts.ts'
import { useEffect, useState } from 'react'
import { paths } from '../api.ts'
import { type CutProblem, type Edge, parseTime, timeText } from './edit.ts'
import type { Cut } from './history_api.ts'
import { historyTexts } from './texts.ts'

interface CutTableProps {
  cuts: Cut[]
  problems: ReadonlyMap<number, CutProblem>
  move(number: number, edge: Edge, seconds: number): void
  /** A field holds what is no time, or does so no longer. */
  markUnread(field: string, isUnread: boolean): void
  remove(number: number): void
}

/** Each cut with its times, to be changed in place. */
export function CutTable(props: CutTableProps) {
  const texts = useTexts(historyTexts)
  const head = 'px-2 py-2 text-left text-xs font-medium text-quiet'
  return (
    <div tabIndex={0} className="overflow-x-auto rounded-md border border-line bg-panel">
      <table className="w-full leading-tight">
        <thead>
          <tr className="border-b border-line">
            <th className={head}>{texts.start}</th>
            <th className={head}>{texts.end}</th>
            <th className={head}>{texts.onScreen}</th>
            <th className={`${head} max-md:hidden`}>{texts.said}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {props.cuts.map(cut => (
            <Row key={cut.number} cut={cut} {...props} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Row({ cut, problems, move, markUnread, remove }: CutTableProps & { cut: Cut }) {
  const texts = useTexts(historyTexts)
  const problem = problems.get(cut.number)
  const cell = 'px-2 py-2 align-top'
  const name = cut.title || texts.chart
  const fields = { start: texts.start, end: texts.end }
  return (
    <tr data-cut={cut.number} className="border-b border-line last:border-b-0">
      {(['start', 'end'] as const).map(edge => (
        <td key={edge} className={cell}>
          <TimeField
            label={`${fields[edge]}: ${name}`}
            seconds={cut[edge]}
            problem={edge === 'end' && problem ? texts.problems[problem] : ''}
            onTime={seconds => move(cut.number, edge, seconds)}
            onUnread={isUnread => markUnread(`${cut.number} ${edge}`, isUnread)}
          />
        </td>
      ))}
      <td className={cell}>
        <span className="flex min-w-32 items-start gap-3">
          {cut.kind === 'clip' && (
            <img
              src={paths.thumbnail(cut.assetId)}
              alt=""
              loading="lazy"
              className="aspect-video w-14 shrink-0 rounded-md bg-sunken object-cover max-sm:hidden"
            />
          )}
          <span className="pt-1.5">
            {cut.kind === 'chart' && <span className="text-quiet">{texts.chart}: </span>}
            {name}
          </span>
        </span>
      </td>
      <td className={`${cell} pt-3.5 text-quiet max-md:hidden`}>{cut.said && `“${cut.said}”`}</td>
      <td className={`${cell} text-right`}>
        <Button
          small
          kind="ghost"
          aria-label={`${texts.remove}: ${name}`}
          onClick={() => remove(cut.number)}
        >
          {texts.remove}
        </Button>
      </td>
    </tr>
  )
}

interface TimeFieldProps {
  label: string
  seconds: number
  problem: string
  onTime(seconds: number): void
  onUnread(isUnread: boolean): void
}

// What is typed stays as it was typed; the time is taken from it as soon as it is one.
function TimeField({ label, seconds, problem, onTime, onUnread }: TimeFieldProps) {
  const texts = useTexts(historyTexts)
  const [text, setText] = useState(timeText(seconds))
  const isRead = parseTime(text) !== undefined
  useEffect(() => {
    setText(before => (parseTime(before) === seconds ? before : timeText(seconds)))
  }, [seconds])
  const told = isRead ? problem : texts.notATime
  return (
    <>
      <input
        value={text}
        aria-label={label}
        aria-invalid={told !== ''}
        inputMode="decimal"
        autoComplete="off"
        maxLength={12}
        onChange={({ target }) => {
          setText(target.value)
          const time = parseTime(target.value)
          onUnread(time === undefined)
          if (time !== undefined) onTime(time)
        }}
        onBlur={() => isRead && setText(timeText(seconds))}
        className={
          'h-8 w-20 rounded-md border border-edge bg-panel px-2 aria-invalid:border-bad-solid'
        }
      />
      {told && (
        <span role="alert" className="mt-1 block w-32 text-xs text-bad">
          {told}
        </span>
      )}
    </>
  )
}
