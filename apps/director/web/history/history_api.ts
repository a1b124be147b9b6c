import type { Layout, TakeView, WaterfallTurn } from '@antiphon/web/api/schema.ts'
import type { Chart } from '../api.ts'

// What the server keeps of takes, as the pages use it.

/** What there is of a take's recording. */
export interface RecordingView {
  state: 'processing' | 'ready' | 'failed'
  problem: string
  /** Seconds; 0 until it is ready. */
  duration: number
  /** Where in the take's sound it begins, in seconds. */
  offset: number
  bytes: number | string
}

export type KeptTake = TakeView & { recording?: RecordingView }

/** Something on screen for a while; times are seconds of the take's sound. */
export interface Cut {
  number: number
  start: number
  end: number
  kind: 'clip' | 'chart'
  assetId: string
  title: string
  url: string
  transition: 'crossfade' | 'cut'
  confidence: number
  /** The words that brought it. */
  said: string
  chart?: Chart
}

export interface Caption {
  number: number
  start: number
  end: number
  text: string
}

export interface EditList {
  sessionId: string
  frameRate: number
  duration: number
  layout: Layout
  cuts: Cut[]
  captions: Caption[]
  /** Absent: it is as it was recorded. */
  editedAt?: string
}

export type Quality = '720p' | '1080p'

export interface Render {
  renderId: string
  state: 'waiting' | 'running' | 'ready' | 'failed' | 'cancelled'
  /** 0 to 1. */
  progress: number
  problem: string
  /** What the film does not show, in sentences. */
  remarks?: string[]
  quality: Quality
  layout?: Layout
  captions?: boolean
  url?: string
  bytes: number | string
  createdAt: string
}

export interface WaterfallPage {
  items: WaterfallTurn[]
}

const takes = '/api/v1/director/sessions'
const take = (sessionId: string) => `${takes}/${encodeURIComponent(sessionId)}`

export const historyPaths = {
  takes,
  take,
  recording: (sessionId: string) => `${take(sessionId)}/recording`,
  editList: (sessionId: string, form: '' | '.edl' | '.srt' = '') =>
    `${take(sessionId)}/edit-list${form}`,
  renders: (sessionId: string) => `${take(sessionId)}/renders`,
  render: (sessionId: string, renderId: string) =>
    `${take(sessionId)}/renders/${encodeURIComponent(renderId)}`,
  waterfall: (sessionId: string) => `${take(sessionId)}/waterfall`,
}
