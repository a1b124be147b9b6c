import { describe, expect, it } from 'vitest'
import type { Chart } from '../api.ts'
import { makeChartFormat } from './chart_format.ts'
import { frameChart, layoutBars, layoutLine, layoutSlices } from './chart_layout.ts'

const chart = (values: number[], more: Partial<Chart> = {}): Chart => ({
  kind: 'bar',
  title: 'Sales',
  unit: 'percent',
  isChange: false,
  points: values.map((value, n) => ({ label: `p${n}`, value, said: '', isAbout: false })),
  ...more,
})
const box = { x: 100, y: 0, width: 400, height: 300 }

describe('the places of a chart', () => {
  it('begins bars at nought, so that their lengths compare', () => {
    const { bars, zero } = layoutBars(chart([10, 40]), box)
    expect(zero).toBe(100)
    expect(bars.map(bar => bar.width)).toEqual([100, 400])
  })

  it('lets a fall go the other way', () => {
    const { bars, zero } = layoutBars(chart([-20]), box)
    expect(zero).toBe(500)
    expect(bars[0]).toMatchObject({ x: 100, width: 400, isDown: true })
  })

  it('draws nothing outside its box when all is nought', () => {
    expect(layoutBars(chart([0, 0]), box).bars.map(bar => bar.width)).toEqual([0, 0])
    expect(layoutLine(chart([0, 0]), box).map(place => place.y)).toEqual([300, 300])
  })

  it('leaves what a pie lacks of a hundred empty', () => {
    const [slice] = layoutSlices(chart([25]))
    expect(slice!.to - slice!.from).toBeCloseTo(Math.PI / 2)
    const thirds = layoutSlices(chart([60, 30, 10]))
    expect(thirds.at(-1)!.to - thirds[0]!.from).toBeCloseTo(2 * Math.PI)
  })
})

describe('the numbers of a chart', () => {
  const english = makeChartFormat('en-GB')
  const write = (value: number, more: Partial<Chart> = {}) => {
    const made = chart([value], more)
    return english.value(made, made.points[0]!)
  }

  it('are written with their sign, their unit and nothing rounded away', () => {
    expect(write(20, { isChange: true })).toBe('+20 %')
    expect(write(-1.5, { isChange: true })).toBe('−1.5 %')
    expect(write(4_230_000, { unit: 'dollars' })).toBe('4.23 million')
    expect(write(1_234_567, { unit: 'dollars' })).toBe('1.234567 million')
    expect(write(1200, { unit: 'cars' })).toBe('1,200')
  })

  it('say when they are about so much', () => {
    const made = chart([75])
    made.points[0]!.isAbout = true
    expect(english.value(made, made.points[0]!)).toBe('≈ 75 %')
  })

  it('are read out in one sentence', () => {
    expect(english.sentence(chart([3], { unit: 'cars' }))).toBe('Sales. p0: 3 cars')
  })
})

describe('the card of a chart', () => {
  const fits = (box: { x: number; y: number; width: number; height: number }) => {
    const { scale, card, inside } = frameChart(box)
    expect(card.x * scale).toBeGreaterThan(box.x)
    expect((card.x + card.width) * scale).toBeLessThan(box.x + box.width)
    expect(card.y * scale).toBeGreaterThan(box.y)
    expect((card.y + card.height) * scale).toBeLessThan(box.y + box.height)
    expect(inside.x + inside.width).toBeLessThan(card.x + card.width)
    expect(inside.y + inside.height).toBeLessThan(card.y + card.height)
  }

  it('D-5: stands whole in the canvas, beside a speaker in a corner, and in half of it', () => {
    fits({ x: 0, y: 0, width: 1280, height: 720 })
    fits({ x: 352, y: 0, width: 928, height: 720 })
    fits({ x: 640, y: 0, width: 640, height: 720 })
  })

  it('is lower by the head that it does not need', () => {
    const whole = { x: 0, y: 0, width: 1280, height: 720 }
    const [full, bare] = [frameChart(whole), frameChart(whole, false)]
    expect(bare.inside.height).toBe(full.inside.height)
    expect(bare.card.height).toBeLessThan(full.card.height)
  })

  it('is narrow in half a canvas only', () => {
    expect(frameChart({ x: 0, y: 0, width: 928, height: 720 }).isNarrow).toBe(false)
    expect(frameChart({ x: 0, y: 0, width: 640, height: 720 }).isNarrow).toBe(true)
  })
})
