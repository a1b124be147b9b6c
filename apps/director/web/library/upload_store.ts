import { DetailedError, Upload } from 'tus-js-client'
import { create } from 'zustand'
import { paths } from '../api.ts'
import { fingerprintOf, makeResumeStore } from './resume_store.ts'

/** A file on its way into the library. */
export interface Sending {
  id: number
  name: string
  bytes: number
  sent: number
  state: 'waiting' | 'sending' | 'paused' | 'done' | 'failed'
  /** What the server said, when it failed. */
  problem: string
  /** The clip that it has become. */
  assetId: string
}

interface Uploads {
  all: Sending[]
  add(files: Iterable<File>): void
  pause(id: number): void
  resume(id: number): void
  /** Gives it up, or takes it off the list. */
  drop(id: number): void
}

const atOnce = 2
const retryDelaysMs = [500, 1000, 2000, 4000, 8000, 15000]

const running = new Map<number, Upload>()
const files = new Map<number, File>()
const store = makeResumeStore(localStorage)
let lastId = 0

function change(id: number, part: Partial<Sending>): void {
  useUploads.setState(({ all }) => ({
    all: all.map(each => (each.id === id ? { ...each, ...part } : each)),
  }))
}

function startNext(): void {
  const { all } = useUploads.getState()
  const sending = all.filter(({ state }) => state === 'sending').length
  const waiting = all.filter(({ state }) => state === 'waiting')
  for (const { id } of waiting.slice(0, Math.max(0, atOnce - sending))) start(id)
}

/** The server's own words, where it said any. */
function problemIn(error: Error): string {
  const body = error instanceof DetailedError ? error.originalResponse?.getBody() : undefined
  try {
    const { detail } = JSON.parse(body ?? '') as { detail?: string }
    return detail ?? error.message
  } catch {
    return error.message
  }
}

// Also while the browser says that it is offline: that may be over before the last try.
function mayGoOn(error: Error): boolean {
  const status = error instanceof DetailedError ? error.originalResponse?.getStatus() : undefined
  return !status || status >= 500 || status === 409 || status === 423
}

function make(id: number, file: File): Upload {
  let assetId = ''
  return new Upload(file, {
    endpoint: paths.uploads,
    metadata: { filename: file.name },
    retryDelays: retryDelaysMs,
    onShouldRetry: mayGoOn,
    urlStorage: store,
    fingerprint: () => fingerprintOf(file),
    removeFingerprintOnSuccess: true,
    onProgress: sent => change(id, { sent }),
    onAfterResponse: (_, response) => {
      assetId = response.getHeader('Upload-Asset') ?? assetId
    },
    onError: error => settle(id, { state: 'failed', problem: problemIn(error) }),
    onSuccess: () => settle(id, { state: 'done', assetId, sent: file.size }),
  })
}

function settle(id: number, part: Partial<Sending>): void {
  running.delete(id)
  change(id, part)
  startNext()
}

async function start(id: number): Promise<void> {
  const file = files.get(id)
  if (!file) return
  change(id, { state: 'sending', problem: '' })
  const upload = running.get(id) ?? make(id, file)
  if (!running.has(id)) {
    running.set(id, upload)
    const [before] = await upload.findPreviousUploads()
    if (before) upload.resumeFromPreviousUpload(before)
    // It may have been paused or dropped while we looked.
    if (useUploads.getState().all.find(each => each.id === id)?.state !== 'sending') return
  }
  upload.start()
}

export const useUploads = create<Uploads>((set, get) => ({
  all: [],
  add(added) {
    const fresh = Array.from(added, (file): Sending => {
      files.set(++lastId, file)
      return {
        id: lastId,
        name: file.name,
        bytes: file.size,
        sent: 0,
        state: 'waiting',
        problem: '',
        assetId: '',
      }
    })
    set(({ all }) => ({ all: [...all, ...fresh] }))
    startNext()
  },
  pause(id) {
    void running.get(id)?.abort()
    change(id, { state: 'paused' })
    startNext()
  },
  resume(id) {
    change(id, { state: 'waiting', problem: '' })
    startNext()
  },
  drop(id) {
    const isOpen = get().all.some(each => each.id === id && each.state !== 'done')
    void running.get(id)?.abort(isOpen)
    running.delete(id)
    files.delete(id)
    set(({ all }) => ({ all: all.filter(each => each.id !== id) }))
    startNext()
  },
}))
