import type { Chart } from '../api.ts'

/** A place on the canvas, in its pixels. */
export interface Box {
  x: number
  y: number
  width: number
  height: number
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
