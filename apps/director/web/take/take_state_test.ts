import { describe, expect, it } from 'vitest'
import type { Frame } from '@antiphon/web/live/protocol.ts'
import {
  apply,
  emptyTake,
  ended,
  restore,
  type TakeState,
  turnsMax,
  withoutProposal,
} from './take_state.ts'

const hear = (utterance: number, text: string, isFinal = false): Frame => ({
  type: 'transcription',
  text,
  isFinal,
  timestamp: 1000 * utterance,
  utterance,
  stableWords: 1,
})
const show = (assetId: string, suggestionId = 0): Frame => ({
  type: 'overlay_command',
  assetId,
  title: assetId,
  why: { suggestionId },
})
const propose = (suggestionId: number, utterance: number): Frame => ({
  type: 'overlay_proposal',
  suggestionId,
  utterance,
  overlays: [{ assetId: 'x' }],
})
const after = (...frames: Frame[]): TakeState => frames.reduce(apply, emptyTake)

describe('the state of a take', () => {
  it('replaces a partial by the next one and keeps the final', () => {
    const state = after(hear(1, 'the'), hear(1, 'the sea'), hear(1, 'The sea.', true))
    expect(state.turns).toHaveLength(1)
    expect(state.turns[0]).toMatchObject({ text: 'The sea.', isFinal: true })
  })

  it('does not let a late partial undo a final', () => {
    const state = after(hear(1, 'the sea', true), hear(1, 'the'))
    expect(state.turns[0]!.text).toBe('the sea')
  })

  it('puts clip, suggestion and timeline at the turn they answer', () => {
    const suggestion = { type: 'broll_suggestion', utterance: 1, clips: [], verdict: 'unsure' }
    const timeline = { type: 'timeline', utterance: 2, totalMs: 400 }
    const state = after(hear(1, 'a', true), hear(2, 'b'), suggestion, show('x'), timeline)
    expect(state.turns[0]).toMatchObject({ suggestion: { verdict: 'unsure' }, overlay: null })
    expect(state.turns[1]).toMatchObject({ overlay: { assetId: 'x' }, timeline: { totalMs: 400 } })
  })

  it('keeps the clips that fit when the next words find none', () => {
    const clips = [{ assetId: 'x' }]
    const found = { type: 'broll_suggestion', utterance: 1, clips }
    const none = { type: 'broll_suggestion', utterance: 2, clips: [] }
    expect(after(found, none).clips).toEqual(clips)
  })

  it('is put right by a snapshot, and keeps what it knows of the same turns', () => {
    const state = restore(after(hear(1, 'a', true), show('x'), hear(2, 'half')), {
      state: 'connected',
      language: 'en',
      layout: 'fullscreen',
      paused: true,
      mode: 'approve',
      coverage: 0.2,
      proposals: [],
      utterances: 3,
      endSample: 1,
      transcript: ['a', 'b', 'c'],
      overlay: null,
    })
    expect(state.turns.map(turn => turn.text)).toEqual(['a', 'b', 'c'])
    expect(state.turns[0]!.overlay?.assetId).toBe('x')
    expect(state.status.paused).toBe(true)
  })

  it('shows what was approved at the words that it answers, and waits for it no longer', () => {
    const asks = { type: 'status', mode: 'approve' }
    const state = after(hear(1, 'a', true), asks, propose(1, 1), hear(2, 'b'), propose(2, 2))
    expect(state.proposals).toHaveLength(2)
    const approved = apply(state, show('x', 1))
    expect(approved.turns[0]!.overlay?.assetId).toBe('x')
    expect(approved.turns[1]!.overlay).toBeNull()
    expect(approved.proposals.map(proposal => proposal.suggestionId)).toEqual([2])
    expect(apply(state, { type: 'status', mode: 'automatic' }).proposals).toEqual([])
    expect(withoutProposal(state, 2).proposals).toHaveLength(1)
  })

  it('knows the newest opinion of a clip', () => {
    const opinion = (standing: string) => ({ type: 'opinion', assetId: 'x', thumb: 'up', standing })
    const state = after(opinion('banned'), opinion('free'))
    expect(state.opinions).toEqual({ x: { thumb: 'up', standing: 'free' } })
  })

  it('adds up lost sound, and ignores frames that it does not know', () => {
    const gap = { type: 'audio_gap', samples: 100 }
    expect(after(gap, { type: 'other' }, gap).lostSamples).toBe(200)
  })

  it(`keeps the newest ${turnsMax} turns`, () => {
    const state = after(...Array.from({ length: turnsMax + 5 }, (_, n) => hear(n + 1, 'x', true)))
    expect(state.turns).toHaveLength(turnsMax)
    expect(state.turns.at(-1)!.utterance).toBe(turnsMax + 5)
  })
})

it('shows a take that is over by what the server keeps of it', () => {
  const state = ended(after(show('x')), [{ number: 1, text: 'a', end: 1.5 }])
  expect(state.turns[0]).toMatchObject({ text: 'a', isFinal: true, timestamp: 1500 })
  expect(state.status.state).toBe('completed')
})
