import { canvasSize, contain, type Box } from './layout.ts'

/** A clip to show. */
export interface Cue {
  assetId: string
  url: string
  cut: boolean
}

interface Layer {
  assetId: string
  video: HTMLVideoElement
  /** When it began to come on. */
  since: number
  /** When it began to go; null while it stays. */
  leaving: number | null
}

export interface DeckListener {
  /** Its first frame is about to be drawn. */
  onOn(assetId: string, now: number): void
  onFailed(assetId: string): void
  /** The last clip is gone. */
  onEmpty(): void
}

const holdMs = 700 // the last frame stays so long
const keptVideos = 5

/** The clips on the canvas, one fading into the next, and the likely ones, kept loaded. */
export class ClipDeck {
  private readonly videos = new Map<string, HTMLVideoElement>()
  private layers: Layer[] = []
  private coming: Cue | null = null

  constructor(
    private readonly listener: DeckListener,
    private readonly fadeMs: number,
  ) {}

  /** A clip is on, or about to be. */
  get isBusy(): boolean {
    return this.layers.length > 0 || this.coming !== null
  }

  /** A clip is on that does not go yet. */
  isOn(now: number): boolean {
    const top = this.layers.at(-1)
    return top !== undefined && (top.leaving === null || now < top.leaving)
  }

  /** Begins to fetch clips that may come. */
  preload(clips: { assetId: string; url: string }[]): void {
    for (const clip of clips) this.video(clip.assetId, clip.url)
  }

  /** Brings a clip on as soon as its first frame is there. */
  show(cue: Cue): void {
    const video = this.video(cue.assetId, cue.url)
    this.coming = cue
    video.currentTime = 0
    video.play().catch(() => this.fail(cue))
  }

  clear(): void {
    this.coming = null
    for (const layer of this.layers) layer.leaving ??= performance.now()
  }

  close(): void {
    for (const video of this.videos.values()) release(video)
    this.videos.clear()
    this.layers = []
  }

  /** What comes, goes and has ended is seen to, once before each frame. */
  update(now: number): void {
    this.bringOn(now)
    this.sendOff(now)
  }

  /** Draws the clips into a box: whole, on black, so that nothing shines through beside them. */
  draw(context: CanvasRenderingContext2D, box: Box, now: number): void {
    context.save()
    context.beginPath()
    context.rect(box.x, box.y, box.width, box.height)
    context.clip()
    for (const layer of this.layers) {
      const { video } = layer
      context.globalAlpha = this.alpha(layer, now)
      context.fillStyle = '#000'
      context.fillRect(box.x, box.y, box.width, box.height)
      const size = { width: video.videoWidth, height: video.videoHeight }
      const { x, y, width, height } = contain(size.width > 0 ? size : canvasSize, box)
      context.drawImage(video, x, y, width, height)
    }
    context.restore()
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

  private bringOn(now: number): void {
    const cue = this.coming
    const video = cue && this.videos.get(cue.assetId)
    if (!cue || !video || video.seeking || video.readyState < video.HAVE_CURRENT_DATA) return
    this.coming = null
    const before = this.layers.find(layer => layer.video === video)
    const since = before?.since ?? (cue.cut ? now - this.fadeMs : now)
    this.layers = this.layers.filter(layer => layer !== before)
    this.layers.push({ assetId: cue.assetId, video, since, leaving: null })
    this.listener.onOn(cue.assetId, now)
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
      this.listener.onEmpty()
    }
  }

  private alpha({ since, leaving }: Layer, now: number): number {
    if (this.fadeMs === 0) return 1
    const coming = Math.min(1, Math.max(0, (now - since) / this.fadeMs))
    const going = leaving === null ? 0 : Math.min(1, Math.max(0, (now - leaving) / this.fadeMs))
    return coming * (1 - going)
  }
}

function release(video: HTMLVideoElement): void {
  video.pause()
  video.removeAttribute('src')
  video.load()
}
