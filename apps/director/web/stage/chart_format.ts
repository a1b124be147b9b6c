import type { Chart, ChartPoint } from '../api.ts'

/** Writes the figures of a chart as people read them; nothing is rounded but endless fractions. */
export interface ChartFormat {
  value(chart: Chart, point: ChartPoint): string
  /** The unit beside the title; empty where each value carries it. */
  unit(chart: Chart): string
  /** The whole chart in one line, for those who do not see it. */
  sentence(chart: Chart): string
}

const compactFrom = 1_000_000

export function makeChartFormat(locale: string): ChartFormat {
  const plain = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 })
  const large = new Intl.NumberFormat(locale, {
    notation: 'compact',
    compactDisplay: 'long',
    maximumFractionDigits: 9,
  })
  const number = (value: number) =>
    (Math.abs(value) >= compactFrom ? large : plain).format(value).replace('-', '−')
  function value({ unit, isChange }: Chart, point: ChartPoint): string {
    const about = point.isAbout ? '≈ ' : ''
    const sign = isChange && point.value > 0 ? '+' : ''
    return `${about}${sign}${number(point.value)}${unit === 'percent' ? ' %' : ''}`
  }
  const unit = (chart: Chart) => (chart.unit === 'percent' ? '' : chart.unit)
  function sentence(chart: Chart): string {
    const points = chart.points.map(point =>
      [`${point.label}:`, value(chart, point), unit(chart)].filter(Boolean).join(' '),
    )
    return [chart.title, points.join('; ')].filter(Boolean).join('. ')
  }
  return { value, unit, sentence }
}
