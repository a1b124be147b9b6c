// The director's addresses, and its events as the pages use them (apps/director/take/events.h).

import type { Layout } from '@antiphon/web/api/schema.ts'

/** What the creator thinks of a clip. */
export interface Opinion {
  thumb: 'down' | 'none' | 'up'
  standing: 'free' | 'pinned' | 'banned'
}

export interface Clip extends Opinion {
  assetId: string
  url: string
  thumbnailUrl: string
  title: string
  duration: number
  confidence: number
}

export interface Transcription {
  text: string
  isFinal: boolean
  timestamp: number
  utterance: number
  stableWords: number
  endSample: number
}

export type Verdict =
  | 'shown'
  | 'nothing_fits'
  | 'unsure'
  | 'same'
  | 'held'
  | 'cooling'
  | 'repeated'
  | 'late'
  | 'paused'
  | 'overtaken'
  | 'proposed'
  | 'waiting'

export type Fallback = 'none' | 'keywords' | 'defaultClip' | 'noOverlay'

export interface Suggestion {
  clips: Clip[]
  utterance: number
  topic: string
  sentiment: string
  query: string
  verdict: Verdict
  fallback: Fallback
}

export interface Overlay {
  assetId: string
  videoUrl: string
  title: string
  transition: 'crossfade' | 'cut'
  duration: number
  confidence: number
  why: {
    words: string
    matches: { heard: string; found: string; where: string }[]
    source: 'speech' | 'approved' | 'creator'
    analysedBy: string
    latencyMs: number
    fallback: Fallback
    /** Before the creator's opinion was weighed in. */
    searchConfidence: number
    /** The proposal that was approved; 0 for none. */
    suggestionId: number
  } & Opinion
}

/** A choice that waits for the creator. */
export interface Proposal {
  suggestionId: number
  utterance: number
  approveBy: string
  overlays: Overlay[]
}

export interface ChartPoint {
  label: string
  /** A share in percent; a fall is below nought. */
  value: number
  said: string
  isAbout: boolean
}

/** Figures that were said, to be drawn. */
export interface Chart {
  kind: 'bar' | 'line' | 'pie'
  title: string
  /** percent, a currency by its name, a noun, or nothing. */
  unit: string
  isChange: boolean
  points: ChartPoint[]
}

export interface ChartTold {
  chartId: number
  utterance: number
  spec: Chart
  /** Seconds on screen. */
  duration: number
  why: { words: string; source: 'speech' | 'typed' | 'approved'; latencyMs: number }
  /** Of a chart that waits for the creator. */
  approveBy?: string
}

export type Mode = 'automatic' | 'approve'

export interface Timeline {
  utterance: number
  totalMs: number
  deadlineMs: number
  missed: boolean
  stages: { name: string; startMs: number; tookMs: number }[]
  cutShort: string
}

export interface TakeStatus {
  state: 'connected' | 'processing' | 'completed'
  language: string
  paused: boolean
  layout: Layout
  mode: Mode
  coverage: number
  /** Empty when only typed text works. */
  recogniser: string
  /** Once a client has said finish: received samples after which the take ends. */
  finishAt?: number
}

/** What a client gets that cannot resume. */
export interface Snapshot {
  state: TakeStatus['state']
  language: string
  layout: Layout
  paused: boolean
  mode: Mode
  coverage: number
  proposals: Proposal[]
  utterances: number
  endSample: number
  transcript: string[]
  overlay?: Overlay | null
  chart?: ChartTold | null
  chartProposals?: ChartTold[]
}

const root = '/api/v1/director'

export const paths = {
  takes: `${root}/sessions`,
  assets: `${root}/assets`,
  asset: (assetId: string) => `${root}/assets/${encodeURIComponent(assetId)}`,
  library: `${root}/library`,
  uploads: `${root}/uploads`,
  watch: `${root}/library/sessions`,
  watchEvents: (sessionId: string) =>
    `${root}/library/sessions/${encodeURIComponent(sessionId)}/events`,
  socket: (sessionId: string) => `/ws/director?sessionId=${encodeURIComponent(sessionId)}`,
  thumbnail: (assetId: string) => `${root}/assets/${encodeURIComponent(assetId)}/thumbnail`,
}
