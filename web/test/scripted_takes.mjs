// What a server would keep of takes, for looking at their pages.

const sessions = '/api/v1/director/sessions'

const take = (number, part) => ({
  sessionId: `ses_${number}`,
  status: 'completed',
  language: 'en',
  layout: 'pip',
  duration: 84.2 + 60 * number,
  createdAt: `2026-11-${String(28 - number).padStart(2, '0')}T09:3${number}:00Z`,
  transcript: [],
  ...part,
})

const recording = { state: 'ready', problem: '', duration: 84.2, offset: 0.4, bytes: 5.2e7 }
const recorded = { videoUrl: `${sessions}/ses_1/recording`, recording }

export const takes = [
  take(0, { status: 'connected', duration: 12 }),
  take(1, recorded),
  take(2, { recording: { ...recording, state: 'processing' } }),
  take(3, {}),
]

const cut = (number, start, end, assetId, title, said) => ({
  number,
  start,
  end,
  kind: 'clip',
  assetId,
  title,
  url: `/api/v1/director/assets/${assetId}/media`,
  transition: 'crossfade',
  confidence: 0.9,
  said,
})

const chart = {
  kind: 'bar',
  title: 'Tickets sold, 2024',
  unit: '',
  isChange: false,
  points: [
    { label: 'from', value: 3e6, said: 'three', isAbout: false },
    { label: 'to', value: 5e6, said: 'five million', isAbout: false },
  ],
}

const editList = {
  sessionId: 'ses_1',
  frameRate: 25,
  duration: 84.2,
  layout: 'pip',
  editedAt: '2026-11-27T10:00:00Z',
  cuts: [
    cut(1, 6.4, 10.4, 'football-goal', 'Football flies into the goal', 'the football team won'),
    cut(2, 12.72, 16, 'trophy-win', 'A golden trophy is lifted', 'lifted the golden trophy'),
    {
      ...cut(3, 31.2, 37.2, '', 'Tickets sold, 2024', 'from three to five million'),
      kind: 'chart',
      chart,
    },
    cut(4, 60.08, 64, 'ocean-waves', 'Waves roll onto a beach', 'a holiday by the sea'),
  ],
  captions: [
    'good morning and welcome back',
    'the football team won the championship last night',
    'and in front of thousands of people they lifted the golden trophy',
    'ticket sales went from three to five million in 2024',
    'now they have earned a holiday by the sea',
  ].map((text, index) => ({ number: index + 1, start: 15 * index, end: 15 * index + 6, text })),
}

const render = (renderId, part) => ({
  renderId,
  sessionId: 'ses_1',
  state: 'ready',
  progress: 1,
  problem: '',
  remarks: [],
  quality: '720p',
  captions: false,
  bytes: 0,
  createdAt: '2026-11-27T10:05:00Z',
  ...part,
})

const renders = [
  render('ren_3', { state: 'waiting', progress: 0, captions: true }),
  render('ren_2', { state: 'running', progress: 0.42, quality: '1080p', layout: 'sideBySide' }),
  render('ren_1', {
    url: `${sessions}/ses_1/renders/ren_1/film`,
    bytes: 3.1e7,
    remarks: ['Charts are not drawn into films.'],
  }),
  render('ren_0', { state: 'failed', problem: 'There is no room left for files.' }),
]

const turn = (number, found) => ({
  number,
  startedAt: '2026-11-27T09:31:12Z',
  totalMs: 402 + found,
  deadlineMs: 2500,
  missed: false,
  cutShort: '',
  stages: [
    { name: 'heard', startMs: 0, tookMs: 391 },
    { name: 'analysed', startMs: 391, tookMs: 9 },
    { name: 'found', startMs: 400, tookMs: found },
    { name: 'chosen', startMs: 400 + found, tookMs: 0.7 },
  ],
})

export const takeAnswers = {
  [`${sessions}/ses_1`]: takes[1],
  [`${sessions}/ses_1/edit-list`]: editList,
  [`${sessions}/ses_1/renders`]: { items: renders },
  [`${sessions}/ses_1/waterfall`]: {
    sessionId: 'ses_1',
    turns: [turn(1, 14), turn(2, 21), turn(3, 160)],
    forgotten: 0,
  },
}
