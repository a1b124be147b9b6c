import type { Layout } from '@antiphon/web/api/schema.ts'
import type { ChartTold } from '../api.ts'
import type { ChartFormat } from './chart_format.ts'
import { ChartPainter } from './chart_painter.ts'
import { ClipDeck, type Cue } from './clip_deck.ts'
import {
  between,
  type Box,
  canvasSize,
  chartBox,
  type Corner,
  cover,
  eased,
  isSamePlaces,
  type Places,
  placesOf,
  type Scene,
} from './layout.ts'

export interface StageListener {
  /** The clip's first frame is on the canvas; `at` as performance.now(). */
  onShown(assetId: string, at: number): void
  onFailed(assetId: string): void
  /** No clip is on the canvas any more. */
  onIdle(): void
  /** A chart came on, or went. */
  onChart(chart: ChartTold | null): void
}

/** A chart on the canvas, and until when. */
interface Drawing {
  told: ChartTold
  since: number
  until: number
}

export const fadeMs = 200
// A hidden page gets no animation frames; then whoever beats draws after so long.
const hiddenAfterMs = 90
const whole: Box = { x: 0, y: 0, ...canvasSize }

/**
 * Draws speaker, clips and charts on a canvas, in the chosen layout. Draws only while there is
 * something that moves, or while it is recorded. The canvas tells what it shows: data-layout,
 * data-speaker, data-asset-id, and data-shown-at when the clip's first frame was drawn.
 */
export class Stage {
  private readonly context: CanvasRenderingContext2D
  private readonly deck: ClipDeck
  private readonly motionMs = matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : fadeMs
  private drawing: Drawing | null = null
  private speaker: HTMLVideoElement | null = null
  private layout: Layout = 'fullscreen'
  private corner: Corner = 'bottomRight'
  private isRecorded = false
  private alone: CanvasRenderingContext2D | null = null
  private from: Places
  private to: Places
  private movesSince = 0
  private frame = 0
  private drawnAt = 0

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly listener: StageListener,
    private readonly format: () => ChartFormat,
  ) {
    this.context = canvas.getContext('2d')!
    const onOn = (assetId: string, now: number) => this.noteShown(assetId, now)
    const onEmpty = () => this.noteIdle()
    const { onFailed } = listener
    this.deck = new ClipDeck({ onOn, onEmpty, onFailed }, this.motionMs)
    this.from = this.to = placesOf(this.sceneAt(0))
  }

  /** Begins to fetch clips that may come. */
  preload(clips: { assetId: string; url: string }[]): void {
    this.deck.preload(clips)
  }

  /** Puts a clip on the canvas as soon as its first frame is there. */
  show(cue: Cue): void {
    this.deck.show(cue)
    this.run()
  }

  /** Draws a chart over the picture for its time. */
  draw(told: ChartTold): void {
    const since = performance.now()
    this.drawing = { told, since, until: since + told.duration * 1000 }
    this.canvas.dataset.chartId = String(told.chartId)
    this.listener.onChart(told)
    this.run()
  }

  clear(): void {
    this.deck.clear()
    this.run()
  }

  /** The camera's picture; null for none. */
  setSpeaker(video: HTMLVideoElement | null): void {
    this.speaker = video
    this.run()
  }

  arrange(layout: Layout, corner: Corner): void {
    this.layout = layout
    this.corner = corner
    this.canvas.dataset.layout = layout
    this.run()
  }

  /**
   * While it is recorded, each frame is drawn, also of a picture at rest.
   * @param alone  gets the speaker without all else, of the same size; null for none
   */
  setRecorded(isRecorded: boolean, alone: HTMLCanvasElement | null): void {
    this.isRecorded = isRecorded
    this.alone = alone && alone.getContext('2d')
    this.run()
  }

  /** Draws where no animation frames come; to be called several times a second. */
  beat(): void {
    if (this.frame && performance.now() - this.drawnAt > hiddenAfterMs) {
      cancelAnimationFrame(this.frame)
      this.compose(performance.now())
    }
  }

  close(): void {
    cancelAnimationFrame(this.frame)
    this.frame = 0
    this.deck.close()
  }

  private run(): void {
    if (!this.frame) this.frame = requestAnimationFrame(now => this.compose(now))
  }

  private compose(now: number): void {
    this.frame = 0
    this.drawnAt = now
    this.deck.update(now)
    this.endChart(now)
    const places = this.placesAt(now)
    this.drawGround()
    this.canvas.dataset.speaker = this.hasSpeaker ? 'on' : 'off'
    if (places.front < 1) this.drawSpeaker(this.context, whole, 1, 0)
    this.deck.draw(this.context, places.content, now)
    if (places.front > 0) {
      this.drawSpeaker(this.context, places.speaker, places.front, places.radius)
    }
    if (this.alone) this.drawAlone(this.alone)
    this.drawChart(now)
    this.context.globalAlpha = 1
    const isAtRest = !this.deck.isBusy && !this.drawing && !this.hasSpeaker && !this.isRecorded
    if (!isAtRest) this.run()
  }

  // A camera that is opening has no size yet.
  private get hasSpeaker(): boolean {
    return this.speaker !== null && this.speaker.videoWidth > 0
  }

  private sceneAt(now: number): Scene {
    return {
      layout: this.layout,
      corner: this.corner,
      hasSpeaker: this.hasSpeaker,
      hasContent: this.deck.isOn(now) || this.drawing !== null,
    }
  }

  // Who has a new place glides there from where he is now.
  private placesAt(now: number): Places {
    const wanted = placesOf(this.sceneAt(now))
    const share = this.motionMs === 0 ? 1 : eased((now - this.movesSince) / this.motionMs)
    const places = between(this.from, this.to, share)
    if (isSamePlaces(wanted, this.to)) return places
    this.from = places
    this.to = wanted
    this.movesSince = now
    return this.motionMs === 0 ? wanted : places
  }

  // Without speaker and recording the page shows through, with its words of what to do.
  private drawGround(): void {
    this.context.globalAlpha = 1
    this.context.clearRect(0, 0, canvasSize.width, canvasSize.height)
    if (!this.hasSpeaker && !this.isRecorded) return
    this.context.fillStyle = '#000'
    this.context.fillRect(0, 0, canvasSize.width, canvasSize.height)
  }

  private drawAlone(context: CanvasRenderingContext2D): void {
    context.fillStyle = '#000'
    context.fillRect(0, 0, canvasSize.width, canvasSize.height)
    this.drawSpeaker(context, whole, 1, 0)
  }

  private drawSpeaker(
    context: CanvasRenderingContext2D,
    box: Box,
    alpha: number,
    radius: number,
  ): void {
    const { speaker } = this
    if (!speaker || !this.hasSpeaker) return
    const part = cover({ width: speaker.videoWidth, height: speaker.videoHeight }, box)
    context.save()
    context.globalAlpha = alpha
    if (radius > 0) {
      context.beginPath()
      context.roundRect(box.x, box.y, box.width, box.height, radius)
      context.clip()
    }
    const { x, y, width, height } = part
    context.drawImage(speaker, x, y, width, height, box.x, box.y, box.width, box.height)
    context.restore()
  }

  private endChart(now: number): void {
    if (!this.drawing || now < this.drawing.until) return
    this.drawing = null
    delete this.canvas.dataset.chartId
    this.listener.onChart(null)
  }

  private drawChart(now: number): void {
    if (!this.drawing) return
    const { told, since, until } = this.drawing
    const fade = this.motionMs || 1
    this.context.globalAlpha = Math.max(0, Math.min(1, (now - since) / fade, (until - now) / fade))
    new ChartPainter(this.context, this.format(), chartBox(this.sceneAt(now))).paint(told.spec)
  }

  private noteShown(assetId: string, now: number): void {
    this.canvas.dataset.assetId = assetId
    this.canvas.dataset.shownAt = String(now)
    this.listener.onShown(assetId, now)
  }

  private noteIdle(): void {
    delete this.canvas.dataset.assetId
    delete this.canvas.dataset.shownAt
    this.listener.onIdle()
  }
}
