import type { Chart } from '../api.ts'
import { type ChartFormat } from './chart_format.ts'
import {
  type ChartFrame,
  frameChart,
  layoutBars,
  layoutLine,
  layoutSlices,
} from './chart_layout.ts'
import type { Box } from './layout.ts'

interface Colours {
  panel: string
  edge: string
  ink: string
  quiet: string
  track: string
  /** Of slices, from dark to light: they differ in grey, too. */
  shades: string[]
}

const family = "'Inter Variable', sans-serif"
const shadeSteps = [1, 0.75, 0.55, 0.4, 0.3, 0.22]

// The page's own colours, light or dark as it is now.
function coloursOf(element: Element): Colours {
  const style = getComputedStyle(element)
  const read = (name: string) => style.getPropertyValue(name).trim()
  return {
    panel: read('--panel'),
    edge: read('--slate-6'),
    ink: read('--slate-12'),
    quiet: read('--slate-11'),
    track: read('--slate-4'),
    shades: shadeSteps.map(step => mix(read('--indigo-9'), step)),
  }
}

const mix = (colour: string, share: number) =>
  `color-mix(in srgb, ${colour} ${Math.round(100 * share)}%, transparent)`

/** Draws one chart on a card over the picture, in a box of the canvas. */
export class ChartPainter {
  private readonly colours: Colours
  private frame: ChartFrame

  constructor(
    private readonly context: CanvasRenderingContext2D,
    private readonly format: ChartFormat,
    private readonly box: Box,
  ) {
    this.colours = coloursOf(context.canvas)
    this.frame = frameChart(box)
  }

  paint(chart: Chart): void {
    const head = headOf(chart, this.format)
    this.frame = frameChart(this.box, head[0] !== '')
    this.context.save()
    this.context.scale(this.frame.scale, this.frame.scale)
    this.paintCard(head)
    if (chart.kind === 'bar') this.paintBars(chart)
    if (chart.kind === 'line') this.paintLine(chart)
    if (chart.kind === 'pie') this.paintPie(chart)
    this.context.restore()
  }

  private paintCard([title, unit]: [string, string]): void {
    const { context, colours } = this
    const { card, inside } = this.frame
    context.fillStyle = mix(colours.panel, 0.94)
    context.strokeStyle = colours.edge
    context.lineWidth = 2
    context.beginPath()
    context.roundRect(card.x, card.y, card.width, card.height, 12)
    context.fill()
    context.stroke()
    this.write(title, inside.x, card.y + 60, { size: 44, weight: 600, width: inside.width })
    this.write(unit, inside.x, card.y + 108, {
      size: 28,
      colour: colours.quiet,
      width: inside.width,
    })
  }

  private paintBars(chart: Chart): void {
    const { context, colours } = this
    const { inside, labelWidth, valueWidth } = this.frame
    const isNamed = chart.points.length > 1
    const left = isNamed ? labelWidth + 24 : 0
    const box = { ...inside, x: inside.x + left, width: inside.width - left - valueWidth }
    const hasDown = chart.points.some(point => point.value < 0)
    if (hasDown) box.x += isNamed ? 0 : valueWidth
    const { bars, zero } = layoutBars(chart, box)
    bars.forEach((bar, index) => {
      const point = chart.points[index]!
      const middle = bar.y + bar.height / 2
      context.fillStyle = colours.shades[0]!
      context.beginPath()
      context.roundRect(bar.x, bar.y, Math.max(2, bar.width), bar.height, 6)
      context.fill()
      const value = this.format.value(chart, point)
      const [x, align] = bar.isDown && !isNamed ? [bar.x - 16, 'right'] : [endOf(bar) + 16, 'left']
      const size = isNamed ? 32 : 56
      this.write(value, x as number, middle, {
        size,
        weight: 600,
        align: align as CanvasTextAlign,
        width: isNamed ? valueWidth - 16 : valueWidth + 80,
      })
      if (!isNamed) return
      this.write(point.label, inside.x + labelWidth, middle, {
        size: 28,
        align: 'right',
        width: labelWidth,
      })
    })
    context.fillStyle = colours.quiet
    context.fillRect(zero - 1, inside.y, 2, inside.height)
  }

  private paintLine(chart: Chart): void {
    const { context, colours } = this
    const { inside } = this.frame
    const box = {
      x: inside.x + 80,
      y: inside.y + 48,
      width: inside.width - 160,
      height: inside.height - 108,
    }
    const places = layoutLine(chart, box)
    context.fillStyle = colours.edge
    context.fillRect(inside.x, box.y + box.height, inside.width, 2)
    context.strokeStyle = colours.shades[0]!
    context.lineWidth = 6
    context.lineJoin = 'round'
    context.beginPath()
    places.forEach(({ x, y }) => context.lineTo(x, y))
    context.stroke()
    const width = Math.max(80, box.width / Math.max(1, places.length - 1) - 12)
    places.forEach(({ x, y }, index) => {
      const point = chart.points[index]!
      context.fillStyle = colours.shades[0]!
      context.beginPath()
      context.arc(x, y, 9, 0, 2 * Math.PI)
      context.fill()
      const value = this.format.value(chart, point)
      this.write(value, x, y - 34, { size: 30, weight: 600, align: 'center', width })
      const below = box.y + box.height + 36
      this.write(point.label, x, below, { size: 26, colour: colours.quiet, align: 'center', width })
    })
  }

  private paintPie(chart: Chart): void {
    const { inside, isNarrow } = this.frame
    const radius = isNarrow ? 150 : 184
    const x = isNarrow ? inside.x + inside.width / 2 : inside.x + 190
    const y = isNarrow ? inside.y + radius : inside.y + inside.height / 2
    this.paintRing(chart, { x, y, radius })
    const below = 2 * radius + 24
    const box = isNarrow
      ? { ...inside, y: inside.y + below, height: inside.height - below }
      : { ...inside, x: inside.x + 440, width: inside.width - 440 }
    this.paintLegend(chart, box)
  }

  private paintRing(chart: Chart, centre: { x: number; y: number; radius: number }): void {
    const { context, colours } = this
    const ring = (from: number, to: number, colour: string) => {
      context.fillStyle = colour
      context.beginPath()
      context.arc(centre.x, centre.y, centre.radius, from, to)
      context.arc(centre.x, centre.y, centre.radius * 0.58, to, from, true)
      context.fill()
    }
    ring(0, 2 * Math.PI, colours.track)
    const slices = layoutSlices(chart)
    slices.forEach(({ from, to }, index) => ring(from, to, this.shade(index)))
  }

  private paintLegend(chart: Chart, box: Box): void {
    const row = Math.min(72, box.height / chart.points.length)
    const top = box.y + (box.height - row * chart.points.length) / 2
    chart.points.forEach((point, index) => {
      const y = top + row * (index + 0.5)
      this.context.fillStyle = this.shade(index)
      this.context.fillRect(box.x, y - 14, 28, 28)
      const value = this.format.value(chart, point)
      this.write(value, box.x + 48, y, { size: 34, weight: 600, width: 150 })
      this.write(point.label, box.x + 210, y, { size: 30, width: box.width - 210 })
    })
  }

  private shade(index: number): string {
    return this.colours.shades[index % this.colours.shades.length]!
  }

  private write(text: string, x: number, y: number, style: TextStyle): void {
    const { context, colours } = this
    context.font = `${style.weight ?? 400} ${style.size}px ${family}`
    context.textAlign = style.align ?? 'left'
    context.textBaseline = 'middle'
    context.fillStyle = style.colour ?? colours.ink
    context.fillText(this.shortened(text, style.width), x, y)
  }

  private shortened(text: string, width: number): string {
    if (this.context.measureText(text).width <= width) return text
    let end = text.length
    while (end > 1 && this.context.measureText(text.slice(0, end) + '…').width > width) --end
    return text.slice(0, end).trimEnd() + '…'
  }
}

interface TextStyle {
  size: number
  width: number
  weight?: number
  colour?: string
  align?: CanvasTextAlign
}

// Title and unit; a unit without a title stands in its place.
function headOf(chart: Chart, format: ChartFormat): [string, string] {
  const unit = format.unit(chart)
  return chart.title ? [capitalised(chart.title), unit] : [capitalised(unit), '']
}

const endOf = (bar: { x: number; width: number }) => bar.x + bar.width

const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
