import type { Chart, ChartTold } from '../api.ts'
import type { ChartFormat } from './chart_format.ts'
import { ChartPainter } from './chart_painter.ts'

/** A clip to show. */
export interface Cue {
  assetId: string
  url: string
  cut: boolean
}

export interface StageListener {
  /** The clip's first frame is on the canvas; `at` as performance.now(). */
  onShown(assetId: string, at: number): void
  onFailed(assetId: string): void
  /** Nothing is on the canvas any more. */
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

interface Layer {
  assetId: string
  video: HTMLVideoElement
  /** When it began to come on. */
  since: number
  /** When it began to go; null while it stays. */
  leaving: number | null
}

export const fadeMs = 200
const holdMs = 700 // the last frame stays so long
const keptVideos = 5

/**
 * Draws the chosen clips on a canvas, one fading into the next, and keeps the likely ones loaded.
 * The canvas tells what it shows: data-asset-id, and data-shown-at when its first frame was drawn.
 */
export class Stage {
  private readonly context: CanvasRenderingContext2D
  private readonly videos = new Map<string, HTMLVideoElement>()
  private layers: Layer[] = []
  private coming: Cue | null = null
  private drawing: Drawing | null = null
  private frame = 0
  private readonly fadeMs = matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : fadeMs

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly listener: StageListener,
    private readonly format: () => ChartFormat,
  ) {
    this.context = canvas.getContext('2d')!
  }

  /** Begins to fetch clips that may come. */
  preload(clips: { assetId: string; url: string }[]): void {
    for (const clip of clips) this.video(clip.assetId, clip.url)
  }

  /** Puts a clip on the canvas as soon as its first frame is there. */
  show(cue: Cue): void {
    const video = this.video(cue.assetId, cue.url)
    this.coming = cue
    video.currentTime = 0
    video.play().catch(() => this.fail(cue))
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
    this.coming = null
    for (const layer of this.layers) layer.leaving ??= performance.now()
    this.run()
  }

  close(): void {
    cancelAnimationFrame(this.frame)
    for (const video of this.videos.values()) release(video)
    this.videos.clear()
    this.layers = []
  }

  private fail(cue: Cue): void {
    if (this.coming !== cue) return
    this.coming = null
    this.videos.delete(cue.assetId)
    this.listener.onFailed(cue.assetId)
  }

  private video(assetId: string, url: string): HTMLVideoElement {
    let video = this.videos.get(assetId)
    if (video) this.videos.delete(assetId)
    else {
      video = document.createElement('video')
      video.muted = video.playsInline = true
      video.preload = 'auto'
      video.src = url
    }
    this.videos.set(assetId, video) // at the end: the newest
    this.trim()
    return video
  }

  private trim(): void {
    for (const [assetId, video] of this.videos) {
      if (this.videos.size <= keptVideos) return
      const used = this.layers.some(layer => layer.video === video)
      if (used || this.coming?.assetId === assetId) continue
      release(video)
      this.videos.delete(assetId)
    }
  }

  private run(): void {
    if (!this.frame) this.frame = requestAnimationFrame(now => this.compose(now))
  }

  private compose(now: number): void {
    this.frame = 0
    this.bringOn(now)
    this.sendOff(now)
    this.context.clearRect(0, 0, this.canvas.width, this.canvas.height)
    for (const layer of this.layers) {
      this.context.globalAlpha = this.alpha(layer, now)
      this.drawVideo(layer.video)
    }
    this.drawChart(now)
    if (this.layers.length > 0 || this.coming || this.drawing) this.run()
  }

  private bringOn(now: number): void {
    const cue = this.coming
    const video = cue && this.videos.get(cue.assetId)
    if (!cue || !video || video.seeking || video.readyState < video.HAVE_CURRENT_DATA) return
    this.coming = null
    const before = this.layers.find(layer => layer.video === video)
    const since = before?.since ?? (cue.cut ? now - this.fadeMs : now)
    this.layers = this.layers.filter(layer => layer !== before)
    this.layers.push({ assetId: cue.assetId, video, since, leaving: null })
    this.canvas.dataset.assetId = cue.assetId
    this.canvas.dataset.shownAt = String(now)
    this.listener.onShown(cue.assetId, now)
  }

  // What is fully covered goes at once; the last clip stays a moment after its end, then fades.
  private sendOff(now: number): void {
    const top = this.layers.at(-1)
    if (!top) return
    if (now - top.since >= this.fadeMs) this.layers = [top]
    if (top.video.ended && top.leaving === null) top.leaving = now + holdMs
    if (top.leaving !== null && now - top.leaving >= this.fadeMs) {
      top.video.pause()
      this.layers = []
      delete this.canvas.dataset.assetId
      delete this.canvas.dataset.shownAt
      this.listener.onIdle()
    }
  }

  private alpha({ since, leaving }: Layer, now: number): number {
    if (this.fadeMs === 0) return 1
    const coming = Math.min(1, Math.max(0, (now - since) / this.fadeMs))
    const going = leaving === null ? 0 : Math.min(1, Math.max(0, (now - leaving) / this.fadeMs))
    return coming * (1 - going)
  }

  private drawChart(now: number): void {
    if (!this.drawing) return
    const { told, since, until } = this.drawing
    if (now >= until) {
      this.drawing = null
      delete this.canvas.dataset.chartId
      return this.listener.onChart(null)
    }
    const fade = this.fadeMs || 1
    this.context.globalAlpha = Math.max(0, Math.min(1, (now - since) / fade, (until - now) / fade))
    this.paint(told.spec)
  }

  private paint(chart: Chart): void {
    new ChartPainter(this.context, this.format()).paint(chart)
  }

  // The whole clip, as large as it fits.
  private drawVideo(video: HTMLVideoElement): void {
    const { width, height } = this.canvas
    const scale = Math.min(width / video.videoWidth, height / video.videoHeight)
    const [w, h] = [video.videoWidth * scale, video.videoHeight * scale]
    this.context.drawImage(video, (width - w) / 2, (height - h) / 2, w, h)
  }
}

function release(video: HTMLVideoElement): void {
  video.pause()
  video.removeAttribute('src')
  video.load()
}
