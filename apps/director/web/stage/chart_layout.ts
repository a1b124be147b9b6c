import type { Chart } from '../api.ts'
import type { Box } from './layout.ts'

/** Where a chart is drawn in a box of the canvas, in units of its own: `scale` pixels each. */
export interface ChartFrame {
  scale: number
  card: Box
  /** Of the figures; title and unit stand above. */
  inside: Box
  /** Half a canvas: what stands beside each other elsewhere stands below each other. */
  isNarrow: boolean
  labelWidth: number
  valueWidth: number
}

const narrowBelow = 1.2 // width by height
const headHeight = 144
const headlessHeight = 48
const footHeight = 48

/**
 * A card in the middle of the box, the same everywhere in its own units but for its width.
 * @param hasHead  whether a title or a unit stands above the figures
 */
export function frameChart(box: Box, hasHead = true): ChartFrame {
  const isNarrow = box.width / box.height < narrowBelow
  const width = isNarrow ? 920 : 1280
  const scale = box.width / width
  const [margin, padding] = isNarrow ? [40, 40] : [96, 56]
  const head = hasHead ? headHeight : headlessHeight
  const height = (isNarrow ? 760 : 576) - headHeight + head
  const card: Box = {
    x: box.x / scale + margin,
    y: (box.y + box.height / 2) / scale - height / 2,
    width: width - 2 * margin,
    height,
  }
  const inside: Box = {
    x: card.x + padding,
    y: card.y + head,
    width: card.width - 2 * padding,
    height: card.height - head - footHeight,
  }
  const [labelWidth, valueWidth] = isNarrow ? [220, 190] : [300, 210]
  return { scale, card, inside, isNarrow, labelWidth, valueWidth }
}

export interface Bar extends Box {
  /** Where its value is written: at the end that grows. */
  end: number
  isDown: boolean
}

/** Bars in rows, all on one scale that begins at nought. */
export function layoutBars(chart: Chart, box: Box): { bars: Bar[]; zero: number } {
  const values = chart.points.map(point => point.value)
  const low = Math.min(0, ...values)
  const high = Math.max(0, ...values)
  const scale = box.width / (high - low || 1)
  const zero = box.x - low * scale
  const row = box.height / values.length
  const height = Math.min(row * 0.62, 84)
  const bars = values.map((value, index) => {
    const end = zero + value * scale
    return {
      x: Math.min(zero, end),
      y: box.y + row * index + (row - height) / 2,
      width: Math.abs(end - zero),
      height,
      end,
      isDown: value < 0,
    }
  })
  return { bars, zero }
}

/** Points of a line from left to right; nought is at the bottom unless something is below it. */
export function layoutLine(chart: Chart, box: Box): { x: number; y: number }[] {
  const values = chart.points.map(point => point.value)
  const low = Math.min(0, ...values)
  const high = Math.max(0, ...values)
  const step = box.width / Math.max(1, values.length - 1)
  return values.map((value, index) => ({
    x: box.x + step * index,
    y: box.y + box.height * (1 - (value - low) / (high - low || 1)),
  }))
}

export interface Slice {
  from: number
  to: number
}

/** Slices of a circle from its top, as angles; what is missing to a hundred stays empty. */
export function layoutSlices(chart: Chart): Slice[] {
  const sum = chart.points.reduce((total, point) => total + point.value, 0)
  const whole = Math.max(100, sum)
  let at = -Math.PI / 2
  return chart.points.map(point => {
    const from = at
    at += (2 * Math.PI * point.value) / whole
    return { from, to: at }
  })
}
