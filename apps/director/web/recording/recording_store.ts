import { create } from 'zustand'
import { paths } from '../api.ts'
import { useCamera } from '../camera/camera_store.ts'
import { canvasSize } from '../stage/layout.ts'
import { startListening, useTake } from '../take/take_store.ts'
import { makePartMemory, openPartStore, type PartStore, type Recording } from './part_store.ts'
import { Recorder, recordingType } from './recorder.ts'
import { Sender, type SenderPhase } from './sender.ts'

/** A recording on its way to the server. */
export interface Sending {
  id: string
  sessionId: string
  bytes: number
  /** Bytes that the server has for good. */
  sent: number
  /** It still grows. */
  grows: boolean
  phase: SenderPhase
  /** What the server or the network said last. */
  problem: string
}

/** Why nothing is recorded, or no longer. */
export type RecordingProblem = 'unsupported' | 'full' | 'failed'

interface RecordingStore {
  canvas: HTMLCanvasElement | null
  /** Wished for: the speaker alone, in place of all that the canvas shows. */
  alone: boolean
  /** What is recorded then. */
  speaker: HTMLCanvasElement | null
  /** What is recorded now; empty for nothing. */
  currentId: string
  /** Where it began in the take's sound, in samples. */
  sinceSamples: number
  all: Sending[]
  problem: RecordingProblem | null
}

// What a person chose about the page itself.
const aloneKey = 'antiphon.director.recordAlone'

export const useRecording = create<RecordingStore>(() => ({
  canvas: null,
  alone: localStorage.getItem(aloneKey) === 'on',
  speaker: null,
  currentId: '',
  sinceSamples: 0,
  all: [],
  problem: null,
}))

const { setState: set, getState: state } = useRecording

// Half an hour without a network; what a browser may keep at all it says itself.
const waitingBytesMax = 1 << 30
const memoryBytesMax = 256 << 20
const samplesInMs = 16

interface Active {
  recording: Recording
  sender: Sender
  /** There was no room for a part: what came behind it would be of no use. */
  isCut: boolean
  release(): void
}

const active = new Map<string, Active>()
let recorder: Recorder | null = null
let keeping: Promise<void> = Promise.resolve() // parts are kept one after the other
let opened: Promise<PartStore> | null = null

function parts(): Promise<PartStore> {
  opened ??= openPartStore().catch(() => makePartMemory(memoryBytesMax))
  return opened
}

/** The canvas that is recorded; null when it goes. */
export function offerCanvas(canvas: HTMLCanvasElement | null): void {
  set({ canvas })
}

export function setAlone(alone: boolean): void {
  localStorage.setItem(aloneKey, alone ? 'on' : 'off')
  set({ alone })
}

/** Sends on what an earlier visit of this person's has left behind. */
export async function sendLeftBehind(ownerId: string): Promise<void> {
  const store = await parts()
  for (const recording of await store.recordings()) {
    if (active.has(recording.id) || recording.ownerId !== ownerId) continue
    const release = await hold(recording.id)
    if (!release) continue // another page is at it
    recording.ended = true
    await store.save(recording)
    send(recording, store, release)
  }
}

export async function startRecording(ownerId: string): Promise<void> {
  if (state().currentId) return
  const type = recordingType()
  if (!type) return set({ problem: 'unsupported' })
  set({ problem: null })
  await startListening()
  if (state().currentId || !useTake.getState().sound) return
  const id = crypto.randomUUID()
  set({ currentId: id })
  try {
    await begin(id, ownerId, type)
  } catch {
    set({ currentId: '', problem: 'failed' })
  }
}

async function begin(id: string, ownerId: string, type: string): Promise<void> {
  const store = await parts()
  const release = (await hold(id)) ?? (() => {})
  const { canvas } = state()
  const { sessionId, sound, heardSamples } = useTake.getState()
  if (!canvas || !sessionId || !sound) throw new Error('The page was left.')
  const onPart = (part: Blob) => {
    keeping = keeping.then(() => keep(id, part))
  }
  const speaker = state().alone && useCamera.getState().video ? makeCanvas() : null
  recorder = new Recorder(speaker ?? canvas, type, onPart, () => void stopRecording('failed'))
  const place = { id, sessionId, ownerId, type, offsetMs: heardSamples / samplesInMs }
  send({ ...place, uploadUrl: '', bytes: 0, acknowledged: 0, ended: false }, store, release)
  set({ sinceSamples: heardSamples, speaker })
  recorder.setSound(sound)
}

function makeCanvas(): HTMLCanvasElement {
  return Object.assign(document.createElement('canvas'), canvasSize)
}

/** Ends it; what there is goes on its way to the server. */
export async function stopRecording(problem: RecordingProblem | null = null): Promise<void> {
  const { currentId } = state()
  const ending = recorder
  if (!currentId || !ending) return
  recorder = null
  set({ problem })
  await ending.stop()
  await keeping
  set({ currentId: '', speaker: null })
  const ended = active.get(currentId)
  if (!ended) return
  ended.recording.ended = true
  await (await parts()).save(ended.recording)
  tell(currentId, { grows: false })
  ended.sender.wake()
}

/** Throws it away, here and on the server. */
export async function discardRecording(id: string): Promise<void> {
  if (id === state().currentId) await stopRecording()
  const discarded = active.get(id)
  active.delete(id)
  forgetRecording(id)
  await discarded?.sender.discard()
  discarded?.release()
}

/** Takes it off the list. */
export function forgetRecording(id: string): void {
  set({ all: state().all.filter(each => each.id !== id) })
}

async function keep(id: string, part: Blob): Promise<void> {
  const kept = active.get(id)
  if (!kept || kept.isCut) return
  const { recording, sender } = kept
  try {
    if (recording.bytes - recording.acknowledged > waitingBytesMax) throw new Error('full')
    await (await parts()).add(recording, part)
    tell(id, { bytes: recording.bytes })
    sender.wake()
  } catch {
    kept.isCut = true
    void stopRecording('full')
  }
}

function send(recording: Recording, store: PartStore, release: () => void): void {
  const { id, sessionId, bytes, acknowledged, ended } = recording
  const sender = new Sender(paths.uploads, recording, store, ({ phase, problem }) => {
    tell(id, { phase, problem, sent: recording.acknowledged, bytes: recording.bytes })
    if (phase === 'refused' && id === state().currentId) void stopRecording('failed')
    if (phase !== 'whole') return
    release()
    active.delete(id)
  })
  active.set(id, { recording, sender, isCut: false, release })
  const row: Sending = {
    id,
    sessionId,
    bytes,
    sent: acknowledged,
    grows: !ended,
    phase: 'idle',
    problem: '',
  }
  set({ all: [...state().all, row] })
  void sender.run()
}

function tell(id: string, part: Partial<Sending>): void {
  set({ all: state().all.map(each => (each.id === id ? { ...each, ...part } : each)) })
}

// One page at a time sends a recording. Null when another one does.
function hold(id: string): Promise<(() => void) | null> {
  if (!navigator.locks) return Promise.resolve(() => {})
  return new Promise(given => {
    void navigator.locks.request(`antiphon.recording.${id}`, { ifAvailable: true }, lock => {
      if (!lock) return given(null)
      return new Promise<void>(release => given(release))
    })
  })
}

useTake.subscribe((now, before) => {
  if (now.sound !== before.sound) recorder?.setSound(now.sound)
  const isOver = now.take.status.state === 'completed' || now.sessionId !== before.sessionId
  if (recorder && isOver) void stopRecording()
})

const wakeAll = () => active.forEach(({ sender }) => sender.wake())
window.addEventListener('online', wakeAll)
// What is not kept yet would be lost with the page.
window.addEventListener('beforeunload', event => {
  if (state().currentId) event.preventDefault()
})
