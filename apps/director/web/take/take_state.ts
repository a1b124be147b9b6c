import type { Layout, UtteranceView } from '@antiphon/web/api/schema.ts'
import type { Frame } from '@antiphon/web/live/protocol.ts'
import type {
  ChartTold,
  Clip,
  Opinion,
  Overlay,
  Proposal,
  Snapshot,
  Suggestion,
  TakeStatus,
  Timeline,
  Transcription,
} from '../api.ts'

/** One thing said, and what was answered. */
export interface Turn {
  utterance: number
  text: string
  isFinal: boolean
  /** So many words from the front no longer change. */
  stableWords: number
  /** Where it ends in the sound; unknown for what an earlier page heard. */
  timestamp: number | null
  suggestion: Suggestion | null
  overlay: Overlay | null
  /** Drawn, or waiting for the creator. */
  chart: ChartTold | null
  timeline: Timeline | null
}

/** All that a page knows of a take. Changed by `apply` and `restore` only, both pure. */
export interface TakeState {
  turns: Turn[]
  /** The newest clips that fit. */
  clips: Clip[]
  /** Choices that wait for the creator, oldest first. */
  proposals: Proposal[]
  /** Charts that wait for the creator, oldest first. */
  chartProposals: ChartTold[]
  /** What the creator thinks of clips, as far as it was told here. */
  opinions: Record<string, Opinion>
  /** The newest clip that was put on screen. */
  overlay: Overlay | null
  /** Likely to come on screen. */
  preload: Clip[]
  timeline: Timeline | null
  status: TakeStatus
  /** What failed; forgotten with the next words that were understood. */
  error: { code: string; message: string } | null
  /** Lost sound, in samples. */
  lostSamples: number
}

export const emptyTake: TakeState = {
  turns: [],
  clips: [],
  proposals: [],
  chartProposals: [],
  opinions: {},
  overlay: null,
  preload: [],
  timeline: null,
  status: {
    state: 'connected',
    language: 'en',
    paused: false,
    layout: 'fullscreen',
    mode: 'automatic',
    coverage: 0.5,
    recogniser: 'unknown',
  },
  error: null,
  lostSamples: 0,
}

/** Turns that stay on the page; the whole transcript is kept by the server. */
export const turnsMax = 200

/** The state after a frame. Frames of other kinds change nothing. */
export function apply(state: TakeState, frame: Frame): TakeState {
  const body = frame as unknown
  switch (frame.type) {
    case 'transcription':
      return hear(state, body as Transcription)
    case 'broll_suggestion':
      return suggest(state, body as Suggestion)
    case 'overlay_command':
      return show(state, body as Overlay)
    case 'overlay_proposal':
      return { ...state, proposals: [...state.proposals, body as Proposal] }
    case 'chart':
      return draw(state, body as ChartTold)
    case 'chart_proposal':
      return draw(state, body as ChartTold, [...state.chartProposals, body as ChartTold])
    case 'opinion':
      return judge(state, body as Opinion & { assetId: string })
    case 'timeline':
      return time(state, body as Timeline)
    case 'preload':
      return { ...state, preload: (body as { clips: Clip[] }).clips }
    case 'status':
      return told(state, body as TakeStatus)
    case 'error':
      return { ...state, error: body as { code: string; message: string } }
    case 'audio_gap':
      return { ...state, lostSamples: state.lostSamples + (body as { samples: number }).samples }
    default:
      return state
  }
}

/** The state from a snapshot; what the page knows of the same turns is kept. */
export function restore(state: TakeState, snapshot: Snapshot): TakeState {
  const first = snapshot.utterances - snapshot.transcript.length + 1
  const turns = snapshot.transcript.map((text, index) => ({
    ...(state.turns.find(turn => turn.utterance === first + index) ?? makeTurn(first + index)),
    text,
    isFinal: true,
  }))
  const older = state.turns.filter(turn => turn.isFinal && turn.utterance < first)
  return {
    ...state,
    turns: [...older, ...turns],
    overlay: snapshot.overlay ?? null,
    proposals: snapshot.proposals,
    chartProposals: snapshot.chartProposals ?? [],
    status: {
      ...state.status,
      state: snapshot.state,
      language: snapshot.language,
      paused: snapshot.paused,
      layout: snapshot.layout,
      mode: snapshot.mode,
      coverage: snapshot.coverage,
    },
  }
}

/** The state in another layout. */
export function withLayout(state: TakeState, layout: Layout): TakeState {
  return { ...state, status: { ...state.status, layout } }
}

/** The state when a proposal waits no longer. */
export function withoutProposal(state: TakeState, suggestionId: number): TakeState {
  const proposals = state.proposals.filter(proposal => proposal.suggestionId !== suggestionId)
  return { ...state, proposals }
}

/** The state when a chart waits no longer. */
export function withoutChartProposal(state: TakeState, chartId: number): TakeState {
  const chartProposals = state.chartProposals.filter(waiting => waiting.chartId !== chartId)
  return { ...state, chartProposals }
}

/** A take that is over, from what the server keeps of it. */
export function ended(state: TakeState, transcript: UtteranceView[]): TakeState {
  const turns = transcript.map(({ number, text, end }) => {
    const utterance = Number(number) // a string beyond 2^53
    const known = state.turns.find(turn => turn.utterance === utterance)
    return { ...(known ?? makeTurn(utterance)), text, isFinal: true, timestamp: 1000 * end }
  })
  return { ...state, turns, status: { ...state.status, state: 'completed' } }
}

function makeTurn(utterance: number): Turn {
  return {
    utterance,
    text: '',
    isFinal: false,
    stableWords: 0,
    timestamp: null,
    suggestion: null,
    overlay: null,
    chart: null,
    timeline: null,
  }
}

/** Changes a turn, which is made when it is new; turns stand in order. */
function change(turns: Turn[], utterance: number, edit: Partial<Turn>): Turn[] {
  const at = turns.findIndex(turn => turn.utterance === utterance)
  if (at >= 0) return turns.with(at, { ...turns[at]!, ...edit })
  const added = [...turns, { ...makeTurn(utterance), ...edit }]
  return added.sort((left, right) => left.utterance - right.utterance).slice(-turnsMax)
}

function hear(state: TakeState, heard: Transcription): TakeState {
  const known = state.turns.find(turn => turn.utterance === heard.utterance)
  if (known?.isFinal && !heard.isFinal) return state
  const { text, isFinal, timestamp, stableWords } = heard
  const edit = { text, isFinal, timestamp, stableWords }
  const turns = change(state.turns, heard.utterance, edit)
  return { ...state, turns, error: isFinal ? null : state.error }
}

function suggest(state: TakeState, suggestion: Suggestion): TakeState {
  const { clips, utterance } = suggestion
  return {
    ...state,
    clips: clips.length > 0 ? clips : state.clips,
    turns: change(state.turns, utterance, { suggestion }),
  }
}

function judge(state: TakeState, told: Opinion & { assetId: string }): TakeState {
  const { assetId, thumb, standing } = told
  return { ...state, opinions: { ...state.opinions, [assetId]: { thumb, standing } } }
}

// Without questions nothing waits for an answer.
function told(state: TakeState, status: TakeStatus): TakeState {
  if (status.mode === 'approve') return { ...state, status }
  return { ...state, status, proposals: [], chartProposals: [] }
}

// A clip answers the words under way: the newest turn; an approved one those that it was asked for.
function show(before: TakeState, overlay: Overlay): TakeState {
  const { suggestionId } = overlay.why
  const proposal = before.proposals.find(waiting => waiting.suggestionId === suggestionId)
  const state = withoutProposal(before, suggestionId)
  if (proposal) {
    return { ...state, overlay, turns: change(state.turns, proposal.utterance, { overlay }) }
  }
  const newest = state.turns.at(-1)
  if (!newest) return { ...state, overlay }
  return { ...state, overlay, turns: change(state.turns, newest.utterance, { overlay }) }
}

// A chart stands at the words that it was read from.
function draw(before: TakeState, chart: ChartTold, waiting?: ChartTold[]): TakeState {
  const state = withoutChartProposal(before, chart.chartId)
  return {
    ...state,
    chartProposals: waiting ?? state.chartProposals,
    turns: change(state.turns, chart.utterance, { chart }),
  }
}

function time(state: TakeState, timeline: Timeline): TakeState {
  return { ...state, timeline, turns: change(state.turns, timeline.utterance, { timeline }) }
}
