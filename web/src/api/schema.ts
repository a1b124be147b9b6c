// Made by web/tool/types.mjs from /openapi.json; not to be edited.

/** A clip that was sent */
export interface AddedAsset {
  /** Its id */
  assetId: string
  /** Its title */
  title: string
  /** What can be seen */
  description: string
  /** Words it is found by */
  tags: string[]
  /** Its topic */
  topic: string
  /** How it feels */
  sentiment: Sentiment
  /** Its length, s */
  duration: number
  /** SPDX name of its licence */
  licence: string
  /** Who is to be named */
  attribution: string
  /** film or still */
  kind: string
  /** processing, ready (to be shown) or failed */
  state: string
  /** Why it failed; empty when it did not */
  problem: string
  /** The job that prepares it; empty for none */
  jobId: string
  /** Name of its file, as it was sent */
  fileName: string
  /** Media type of its file, by what it is */
  contentType: string
  /** SHA-256 of its file, in hexadecimal digits */
  contentHash: string
  /** Size of its file */
  bytes: number | string
  /** In points */
  width: number | string
  /** In points */
  height: number | string
  /** Where the clip is served */
  url: string
  /** A still picture of it */
  thumbnailUrl: string
  /** Where its file is served as it was sent */
  originalUrl: string
  /** When it was added */
  createdAt: string
  /** When it last changed */
  updatedAt: string
  /** false (status 200): the library had this content already; its clip is as it was */
  isNew: boolean
}

/** A clip that was found */
export interface AssetHit {
  /** Its id */
  assetId: string
  /** Its title */
  title: string
  /** Where the clip is served */
  url: string
  /** How well it fits, 0 to 1 */
  score: number
  /** Words that met, with their shares of the score */
  matches: WordMatch[]
  /** What the likeness of meanings brought to the score */
  meaningShare: number
}

/** Clips that were found, best first */
export interface AssetHits {
  /** Empty when nothing is near */
  results: AssetHit[]
}

/** A clip of the library */
export interface AssetView {
  /** Its id */
  assetId: string
  /** Its title */
  title: string
  /** What can be seen */
  description: string
  /** Words it is found by */
  tags: string[]
  /** Its topic */
  topic: string
  /** How it feels */
  sentiment: Sentiment
  /** Its length, s */
  duration: number
  /** SPDX name of its licence */
  licence: string
  /** Who is to be named */
  attribution: string
  /** film or still */
  kind: string
  /** processing, ready (to be shown) or failed */
  state: string
  /** Why it failed; empty when it did not */
  problem: string
  /** The job that prepares it; empty for none */
  jobId: string
  /** Name of its file, as it was sent */
  fileName: string
  /** Media type of its file, by what it is */
  contentType: string
  /** SHA-256 of its file, in hexadecimal digits */
  contentHash: string
  /** Size of its file */
  bytes: number | string
  /** In points */
  width: number | string
  /** In points */
  height: number | string
  /** Where the clip is served */
  url: string
  /** A still picture of it */
  thumbnailUrl: string
  /** Where its file is served as it was sent */
  originalUrl: string
  /** When it was added */
  createdAt: string
  /** When it last changed */
  updatedAt: string
}

/** One page of a list */
export interface AssetViewPage {
  /** What is on the page, in the list's order */
  items: AssetView[]
  /** Gives the next page; absent on the last */
  nextCursor?: string
}

/** A line of subtitles */
export interface Caption {
  /** From 1 */
  number: number | string
  /** When it comes on, s */
  start: number
  /** When it is gone, s */
  end: number
  /** What was said */
  text: string
}

/** Figures that were said, to be drawn */
export interface Chart {
  /** How they are drawn */
  kind: ChartKind
  /** What they are about, in the words of the sentence */
  title: string
  /** What is counted: percent, a currency (dollars, euros …), a noun (cars, degrees); empty for a bare number */
  unit: string
  /** Whether the values say how much something grew */
  isChange: boolean
  /** The figures */
  points: ChartPoint[]
}

/** How the figures are drawn */
export type ChartKind = 'bar' | 'line' | 'pie'

/** One figure of a chart */
export interface ChartPoint {
  /** What it is of: a thing, a point in time, or "from" and "to" */
  label: string
  /** The number heard; a share in percent, a fall below zero */
  value: number
  /** The words of the number */
  said: string
  /** Whether it was said to be about so much */
  isAbout: boolean
}

/** A stretch of a take with something on screen */
export interface Cut {
  /** From 1 */
  number: number | string
  /** When it comes on, s */
  start: number
  /** When it is gone, s */
  end: number
  /** What is on screen */
  kind: CutKind
  /** The clip; empty for a chart */
  assetId: string
  /** Its title */
  title: string
  /** Where the clip is served; empty for a chart */
  url: string
  /** How it comes on and goes */
  transition: Transition
  /** How well it fitted what was said, 0 to 1 */
  confidence: number
  /** The words that brought it; empty when a person put it there */
  said: string
  /** What is drawn; absent for a clip */
  chart?: Chart
}

/** What is on screen */
export type CutKind = 'clip' | 'chart'

/** Something the server depends on */
export interface Dependency {
  /** database, recogniser, … */
  name: string
  /** ok, degraded or down */
  state: string
  /** What is wrong and how to mend it; empty when ok */
  message: string
}

/** What a take shows, from beginning to end */
export interface EditList {
  /** The take */
  sessionId: string
  /** Frames a second of the exported forms */
  frameRate: number
  /** Length of the take, s */
  duration: number
  /** Where clip and speaker stand at first */
  layout: Layout
  /** The same from beginning to end */
  layouts: LayoutChange[]
  /** By their starts; clips overlap no clips, charts no charts */
  cuts: Cut[]
  /** What was said, in subtitles */
  captions: Caption[]
  /** When a person changed it; absent: it is as it was recorded */
  editedAt?: string
}

/** Whether the server lives and how its parts stand */
export interface Health {
  /** ok, degraded or down: the worst of the dependencies */
  status: string
  /** Of the server */
  version: string
  /** Since it started, s */
  uptimeSeconds: number
  /** Right now */
  openConnections: number | string
  /** One by one */
  dependencies: Dependency[]
}

/** An import in a list of them */
export interface ImportSummary {
  /** Its id */
  importId: string
  /** Its name */
  name: string
  /** When it began */
  createdAt: string
}

/** One page of a list */
export interface ImportSummaryPage {
  /** What is on the page, in the list's order */
  items: ImportSummary[]
  /** Gives the next page; absent on the last */
  nextCursor?: string
}

/** A list of clips that is brought in */
export interface ImportView {
  /** Its id */
  importId: string
  /** Its name */
  name: string
  /** Clips of the list */
  lines: number | string
  /** Lines whose file has not come */
  waiting: number | string
  /** Lines that are new clips */
  taken: number | string
  /** Lines whose content the library had */
  known: number | string
  /** Lines whose file was refused; it may be sent again */
  failed: number | string
  /** Lines that are wrong by themselves */
  invalid: number | string
  /** When it began */
  createdAt: string
}

/** Work that is done in the background */
export interface JobView {
  /** Its id */
  jobId: string
  /** What is done: director.import */
  kind: string
  /** waiting, running, done, dead (given up) or cancelled */
  state: string
  /** Higher goes first */
  priority: number
  /** Begun so far */
  attempts: number
  /** Then it is given up */
  attemptsMax: number
  /** 0 to 1 */
  progress: number
  /** Why the last attempt failed; empty: it did not */
  lastError: string
  /** What it left when done; absent: nothing */
  result?: unknown
  /** Not before this time */
  runAt: string
  /** When it was added */
  createdAt: string
  /** When it ended; absent: it has not */
  finishedAt?: string
}

/** One page of a list */
export interface JobViewPage {
  /** What is on the page, in the list's order */
  items: JobView[]
  /** Gives the next page; absent on the last */
  nextCursor?: string
}

/** A machine's key */
export interface Key {
  /** Its id */
  id: string
  /** To know it by */
  name: string
  /** The key itself: told once, when it is made */
  key?: string
  /** What it may cost in all, in the price table's currency; 0: no limit of its own */
  budget: number
  /** What it has cost so far, in the same currency */
  spent: number
  /** What it may do */
  permissions: string[]
  /** When it was made */
  createdAt: string
  /** Until when it holds; absent: until revoked */
  expiresAt?: string
}

/** The keys of a tenant */
export interface KeyList {
  /** In the order in which they were made */
  keys: Key[]
}

/** Where clip and speaker stand */
export type Layout = 'fullscreen' | 'pip' | 'sideBySide'

/** Where clip and speaker stand from then on */
export interface LayoutChange {
  /** From when, s */
  start: number
  /** Where they stand */
  layout: Layout
}

/** What the library holds */
export interface LibrarySummary {
  /** How many clips */
  assets: number | string
  /** By their names */
  topics: TopicView[]
  /** What all files of the tenant weigh */
  bytes: number | string
  /** Its quota */
  bytesMax: number | string
}

/** A line of an import */
export interface LineView {
  /** Its number in the list, from 1 */
  line: number | string
  /** Its file; empty where the line is invalid */
  file: string
  /** The title of its clip, where the list tells one */
  title: string
  /** waiting, taken, known, failed or invalid */
  state: string
  /** Its clip; empty until there is one */
  assetId: string
  /** Why it failed or is invalid */
  problem: string
}

/** One page of a list */
export interface LineViewPage {
  /** What is on the page, in the list's order */
  items: LineView[]
  /** Gives the next page; absent on the last */
  nextCursor?: string
}

/** Who one is */
export interface Me {
  /** Id of the account, or of the anonymous holder */
  id: string
  /** user or anonymous */
  kind: string
  /** Whose data one can reach */
  tenantId: string
  /** What one may do; * for everything */
  permissions: string[]
}

/** What a machine's key is made with */
export interface NewKey {
  /** To know it by */
  name: string
  /** What it may cost in all, in the price table's currency; 0: no limit of its own */
  budget?: number
  /** What it may do, at most what who makes it may; none: what OpenAI's clients do */
  permissions?: string[]
  /** How long it holds; absent: until revoked, days */
  lifetimeDays?: number
}

/** A token for somebody without account */
export interface NewSessionToken {
  /** How long it holds, s */
  lifetimeSeconds?: number
}

/** What a take is opened with */
export interface OpenTake {
  /** Language of the speech */
  language?: string
  /** Where clip and speaker stand */
  layout?: Layout
  /** Whether the take is recorded, sound and all, so that it can be replayed; takes consent, and a server that allows it (record.enabled) */
  record?: boolean
  /** Everybody who is heard agrees to be recorded */
  consent?: boolean
}

/** A take that was opened */
export interface OpenedTake {
  /** Its id */
  sessionId: string
  /** Where to connect; relative to this server */
  wsUrl: string
}

/** Where the library can be watched */
export interface OpenedWatch {
  /** Id of the session */
  sessionId: string
  /** Path of its WebSocket */
  wsUrl: string
}

/** Why a request failed (RFC 9457) */
export interface Problem {
  /** URI of the kind of problem */
  type: string
  /** The status in words */
  title: string
  /** The status of the answer */
  status: number
  /** What was wrong and what would be right */
  detail: string
  /** Path of the request */
  instance: string
  /** Stable code of the kind of failure: not_found, … */
  code: string
  /** Names the request in the server's log */
  traceId?: string
  /** Every field that is wrong */
  errors?: ProblemField[]
}

/** One broken rule of one field */
export interface ProblemField {
  /** JSON pointer of the field */
  pointer: string
  /** Stable name of the rule: required, type, max_length, … */
  rule: string
  /** Which value was wrong and what would be right */
  message: string
}

/** How large the picture is */
export type Quality = '720p' | '1080p'

/** What was recorded of a take */
export interface RecordingView {
  /** processing, ready (to be played) or failed */
  state: string
  /** Why it failed; empty when it did not */
  problem: string
  /** Its length; 0 until it is ready, s */
  duration: number
  /** Where in the take's sound it begins, s */
  offset: number
  /** Size of its file */
  bytes: number | string
  /** Media type of its file */
  contentType: string
  /** Of the picture, in points */
  width: number | string
  /** Of the picture, in points */
  height: number | string
  /** When it had come in */
  createdAt: string
}

/** A code from a sign-in link */
export interface RedeemCode {
  /** What stands behind #sign-in= in the link */
  code: string
}

/** A film that is made of a take */
export interface Render {
  /** Its id */
  renderId: string
  /** The take */
  sessionId: string
  /** waiting, running, ready, failed or cancelled */
  state: string
  /** 0 to 1 */
  progress: number
  /** Why it failed; empty when it did not */
  problem: string
  /** What the film does not show, in sentences */
  remarks: string[]
  /** How large the picture is */
  quality: Quality
  /** Where clip and speaker stand all the time; absent: as the edit list had it */
  layout?: Layout
  /** Whether subtitles are drawn into the picture */
  captions: boolean
  /** Where the film is served; absent until it is ready */
  url?: string
  /** Size of its file; 0 until it is ready */
  bytes: number | string
  /** Its length, s */
  duration: number
  /** When it was asked for */
  createdAt: string
  /** When it ended; absent until then */
  finishedAt?: string
}

/** One page of a list */
export interface RenderPage {
  /** What is on the page, in the list's order */
  items: Render[]
  /** Gives the next page; absent on the last */
  nextCursor?: string
}

/** A cut as it is sent; number, title and url may stand there and are not looked at */
export interface SentCut {
  /** From 1 */
  number?: number | string
  /** When it comes on, s */
  start: number
  /** When it is gone, s */
  end: number
  /** What is on screen */
  kind?: CutKind
  /** The clip; empty for a chart */
  assetId?: string
  /** Its title */
  title?: string
  /** Where the clip is served; empty for a chart */
  url?: string
  /** How it comes on and goes */
  transition?: Transition
  /** How well it fitted what was said, 0 to 1 */
  confidence?: number
  /** The words that brought it; empty when a person put it there */
  said?: string
  /** What is drawn; absent for a clip */
  chart?: Chart
}

/** How the speaker feels about it */
export type Sentiment = 'negative' | 'neutral' | 'positive'

/** Where the time of its turns went */
export interface SessionWaterfall {
  /** The session */
  sessionId: string
  /** The newest ones, oldest first */
  turns: WaterfallTurn[]
  /** Older turns that are not kept any more */
  forgotten: number | string
}

/** An account and its secret */
export interface SignIn {
  /** Name of the account */
  account: string
  /** Its secret */
  secret: string
}

/** What is to be said */
export interface Synthesis {
  /** Plain text; Japanese in kana */
  text: string
  /** BCP 47 */
  language?: string
  /** Times the voice's own */
  speed?: number
}

/** A take */
export interface TakeView {
  /** Its id */
  sessionId: string
  /** connected, processing or completed */
  status: string
  /** Language of the speech */
  language: string
  /** Where clip and speaker stood at first */
  layout: Layout
  /** Of the sound received; up to 5 s behind while the take goes on, s */
  duration: number
  /** When it was opened */
  createdAt: string
  /** When it ended; absent while it goes on */
  endedAt?: string
  /** Finals, in order; in a list of takes left empty */
  transcript: UtteranceView[]
  /** Where the recording is served; absent when there is none that can be played */
  videoUrl?: string
  /** What there is of it; absent when there is none */
  recording?: RecordingView
}

/** One page of a list */
export interface TakeViewPage {
  /** What is on the page, in the list's order */
  items: TakeView[]
  /** Gives the next page; absent on the last */
  nextCursor?: string
}

/** A bearer token */
export interface Token {
  /** Sent as Authorization: Bearer; shown once */
  token: string
  /** When it ends */
  expiresAt: string
  /** Who holds it */
  me: Me
}

/** A topic of the library */
export interface TopicView {
  /** Its name; empty for clips without one */
  topic: string
  /** How many clips have it */
  assets: number | string
}

/** How a clip comes on and goes */
export type Transition = 'crossfade' | 'cut'

/** What a turn asked of others */
export interface TurnCall {
  /** speech, skill or search */
  kind: string
  /** Which recogniser, skill or index */
  name: string
  /** Who answered a skill: cache, model or rules */
  source: string
  /** From the start of the turn, ms */
  startMs: number
  /** How long it took, ms */
  tookMs: number
  /** Kind of failure; empty when it answered */
  error: string
}

/** One timed step of a turn */
export interface TurnStage {
  /** The app's README says which there are */
  name: string
  /** From the start of the turn, ms */
  startMs: number
  /** How long it took, ms */
  tookMs: number
}

/** A file that arrives in parts */
export interface UploadView {
  /** Its id */
  uploadId: string
  /** open, taken (it is a clip, or a recording) or refused */
  state: string
  /** Its size when whole; 0 until that is told */
  bytes: number | string
  /** Bytes that are safe */
  received: number | string
  /** The clip it has become; empty until then, and of a recording */
  assetId: string
  /** Why it was refused; empty when it was not */
  problem: string
  /** When it began */
  createdAt: string
  /** Until when it is kept */
  expiresAt: string
}

/** What models were used for on one day */
export interface Usage {
  /** In UTC: 2026-03-01 */
  day: string
  /** The key that asked, by its id; empty: somebody without one */
  account: string
  /** What asked: front (`/v1`), or a skill by its name */
  purpose: string
  /** Which answered; empty: none did */
  model: string
  /** Questions */
  calls: number | string
  /** Those without an answer, or whose answer was cut */
  failures: number | string
  /** Those whose answer was kept, or was on its way to somebody else */
  cacheHits: number | string
  /** Calls that were made upstream for them */
  attempts: number | string
  /** Of the questions, of all attempts */
  tokensIn: number | string
  /** Of these, what the provider had in its cache */
  tokensCached: number | string
  /** Of the answers, of all attempts */
  tokensOut: number | string
  /** By the price table, in its currency */
  cost: number
  /** Of the price table: USD */
  currency: string
}

/** One page of a list */
export interface UsagePage {
  /** What is on the page, in the list's order */
  items: Usage[]
  /** Gives the next page; absent on the last */
  nextCursor?: string
}

/** One final utterance */
export interface UtteranceView {
  /** From 1 */
  number: number | string
  /** What was understood */
  text: string
  /** Where it ends in the sound, s */
  end: number
}

/** What runs here */
export interface Version {
  /** antiphon */
  name: string
  /** Its version */
  version: string
}

/** Where the time of one turn went */
export interface WaterfallTurn {
  /** Of the turn in its session, from 1 */
  number: number | string
  /** When it began */
  startedAt: string
  /** Its trace, in the log and where traces are exported to; empty for one from before a restart */
  traceId?: string
  /** From its start to the decision, ms */
  totalMs: number
  /** What it was allowed, ms */
  deadlineMs: number
  /** Whether the deadline passed first */
  missed: boolean
  /** In order */
  stages: TurnStage[]
  /** What was asked of others, in order */
  calls?: TurnCall[]
  /** What was left out and why; empty for nothing */
  cutShort: string
}

/** A word that met a word of the clip */
export interface WordMatch {
  /** As it was heard or typed */
  heard: string
  /** As the clip has it */
  found: string
  /** In its title, description or tags */
  where: string
  /** What the clip's word is to it: same, form, synonym, derived, broader, narrower, similar, part */
  relation?: string
  /** What the word brought to the confidence, in all places of the clip together */
  share?: number
}
