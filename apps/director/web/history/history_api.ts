import type * as told from '@antiphon/web/api/schema.ts'

// What the server keeps of takes, as the pages use it: states are texts there, and counts that stay
// small come as numbers.

export type { Caption, Quality } from '@antiphon/web/api/schema.ts'
export type Cut = told.Cut & { number: number }
export type EditList = told.EditList & { cuts: Cut[] }

export type RecordingState = 'processing' | 'ready' | 'failed'
export type RecordingView = told.RecordingView & { state: RecordingState }
export type KeptTake = told.TakeView & { recording?: RecordingView }

export type RenderState = 'waiting' | 'running' | 'ready' | 'failed' | 'cancelled'
export type Render = told.Render & { state: RenderState }

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
