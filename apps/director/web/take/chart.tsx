import { Button } from '@antiphon/web/design/button.tsx'
import { useSettings } from '@antiphon/web/shell/settings.ts'
import { locales } from '@antiphon/web/text/numbers.ts'
import { useTexts } from '@antiphon/web/text/use_texts.ts'
import { useMemo } from 'react'
import type { ChartTold } from '../api.ts'
import { type ChartFormat, makeChartFormat } from '../stage/chart_format.ts'
import { directorTexts } from '../texts.ts'
import { approveChart, useTake } from './take_store.ts'

/** How figures are written in the language of the page, now. */
export const chartFormat = (): ChartFormat =>
  makeChartFormat(locales[useSettings.getState().language])

export function useChartFormat(): ChartFormat {
  const language = useSettings(settings => settings.language)
  return useMemo(() => makeChartFormat(locales[language]), [language])
}

/** The figures of a chart as a table, at the words that they were read from. */
export function ChartAnswer({ told }: { told: ChartTold }) {
  const texts = useTexts(directorTexts)
  const format = useChartFormat()
  const waits = useTake(store =>
    store.take.chartProposals.some(waiting => waiting.chartId === told.chartId),
  )
  const { spec } = told
  return (
    <div
      data-chart-answer={told.chartId}
      className="ml-3.5 flex animate-appear items-start gap-3 rounded-md bg-ours-soft p-2"
    >
      <table className="min-w-0 flex-1 text-left">
        <caption className="text-left leading-tight font-medium text-ours">
          <span className="sr-only">{texts.chart}: </span>
          {[spec.title, format.unit(spec)].filter(Boolean).join(', ')}
        </caption>
        <tbody>
          {spec.points.map(point => (
            <tr key={point.label} className="text-xs">
              <th scope="row" className="pr-3 font-normal text-quiet">
                {point.label}
              </th>
              <td className="w-full">{format.value(spec, point)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {waits && (
        <Button
          kind="primary"
          className="h-6! px-2! text-xs"
          data-approve-chart={told.chartId}
          onClick={() => approveChart(told.chartId)}
        >
          {texts.approve}
        </Button>
      )}
    </div>
  )
}
