import { waitBefore } from '@antiphon/web/live/link.ts'
import type { PartStore, Recording } from './part_store.ts'

// Sends a recording while it is made, by tus 1.0 (https://tus.io/protocols/resumable-upload) with
// its extension creation-defer-length: how long the whole is, is said with its last bytes.

export const partBytesMax = 1 << 20
const answerMsMax = 60_000

/**
 * idle     all that there is, is there
 * sending  bytes are on their way
 * waiting  for the next try
 * whole    the server has all of it
 * refused  the server does not want it; `problem` says why
 */
export type SenderPhase = 'idle' | 'sending' | 'waiting' | 'whole' | 'refused'

export interface SenderState {
  phase: SenderPhase
  problem: string
}

export interface SenderEnvironment {
  fetch(url: string, init: RequestInit): Promise<Response>
  /** Ends sooner when `signal` says so. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>
  random(): number
}

const browser: SenderEnvironment = {
  fetch: (url, init) => fetch(url, init),
  wait: (milliseconds, signal) =>
    new Promise(done => {
      const timer = milliseconds < Infinity ? setTimeout(done, milliseconds) : 0
      const now = () => {
        clearTimeout(timer)
        done()
      }
      signal.addEventListener('abort', now, { once: true })
    }),
  random: Math.random,
}

/** What the server will say again to the same request. */
class Refusal extends Error {}

/** Brings one recording to the server, part after part, as long as it takes. */
export class Sender {
  private offsetIsKnown = false
  private failures = 0
  private isOver = false
  private sleep = new AbortController()
  private request = new AbortController()

  constructor(
    private readonly uploads: string,
    private readonly recording: Recording,
    private readonly store: PartStore,
    private readonly tell: (state: SenderState) => void,
    private readonly environment: SenderEnvironment = browser,
  ) {}

  /** Sends until the server has all or refuses it, or `stop`. */
  async run(): Promise<void> {
    while (!this.isOver) {
      try {
        await this.step()
      } catch (failure) {
        if (this.isOver) return
        if (failure instanceof Refusal) return this.end('refused', failure.message)
        this.offsetIsKnown = false
        this.tell({ phase: 'waiting', problem: (failure as Error).message })
        await this.rest(waitBefore(this.failures++, this.environment.random()))
      }
    }
  }

  /** There is more to send, or the network is back. */
  wake(): void {
    this.sleep.abort()
  }

  stop(): void {
    this.isOver = true
    this.sleep.abort()
    this.request.abort()
  }

  /** Gives the recording up; the server may forget it at once or, unreached, in time. */
  async discard(): Promise<void> {
    this.stop()
    await this.store.remove(this.recording.id)
    const { uploadUrl } = this.recording
    if (!uploadUrl) return
    const headers = { 'Tus-Resumable': '1.0.0' }
    await this.environment.fetch(uploadUrl, { method: 'DELETE', headers }).catch(() => undefined)
  }

  private async step(): Promise<void> {
    const { uploadUrl, bytes, acknowledged, ended } = this.recording
    if (!uploadUrl) return this.create()
    if (!this.offsetIsKnown) return this.ask()
    if (acknowledged < bytes || ended) return this.send()
    this.tell({ phase: 'idle', problem: '' })
    await this.rest(Infinity)
  }

  private async create(): Promise<void> {
    const { sessionId, offsetMs, type } = this.recording
    const ending = type.includes('mp4') ? 'mp4' : 'webm'
    const metadata = Object.entries({
      filename: `recording.${ending}`,
      recording: sessionId,
      offsetMs: String(Math.round(offsetMs)),
    })
    const response = await this.call('POST', this.uploads, {
      'Upload-Defer-Length': '1',
      'Upload-Metadata': metadata.map(([name, value]) => `${name} ${btoa(value)}`).join(','),
    })
    this.recording.uploadUrl = response.headers.get('Location') ?? ''
    if (!this.recording.uploadUrl) throw new Error('The server named no place for the recording.')
    this.offsetIsKnown = true
    await this.store.save(this.recording)
  }

  // Of a part that broke off, the server may have some, all or nothing.
  private async ask(): Promise<void> {
    const response = await this.call('HEAD', this.recording.uploadUrl)
    const offset = offsetIn(response)
    if (offset < this.recording.acknowledged) {
      throw new Refusal('The server has lost a part of the recording.')
    }
    this.offsetIsKnown = true
    if (offset > this.recording.acknowledged) await this.store.acknowledge(this.recording, offset)
    const length = response.headers.get('Upload-Length')
    if (length !== null && offset === Number(length)) await this.beWhole()
  }

  private async send(): Promise<void> {
    this.tell({ phase: 'sending', problem: '' })
    const { id, acknowledged: offset, uploadUrl } = this.recording
    const body = await (await this.store.read(id, offset, partBytesMax)).arrayBuffer()
    // Read again: it may have ended in the meantime, but not before these bytes.
    const isLast = this.recording.ended && offset + body.byteLength === this.recording.bytes
    const headers = {
      'Content-Type': 'application/offset+octet-stream',
      'Upload-Offset': String(offset),
      ...(isLast && { 'Upload-Length': String(this.recording.bytes) }),
    }
    const response = await this.call('PATCH', uploadUrl, headers, body)
    this.failures = 0
    await this.store.acknowledge(this.recording, offsetIn(response))
    if (isLast && this.recording.acknowledged === this.recording.bytes) await this.beWhole()
  }

  private async beWhole(): Promise<void> {
    await this.store.remove(this.recording.id)
    this.end('whole', '')
  }

  private end(phase: SenderPhase, problem: string): void {
    this.isOver = true
    this.tell({ phase, problem })
  }

  // Parts that came while it was busy have woken it before it slept: it looks once more.
  private async rest(milliseconds: number): Promise<void> {
    const { signal } = this.sleep
    if (!signal.aborted) await this.environment.wait(milliseconds, signal)
    this.sleep = new AbortController()
  }

  private async call(
    method: string,
    url: string,
    headers: Record<string, string> = {},
    body?: ArrayBuffer,
  ): Promise<Response> {
    this.request = new AbortController()
    const response = await this.environment.fetch(url, {
      method,
      credentials: 'same-origin',
      headers: { 'Tus-Resumable': '1.0.0', ...headers },
      signal: AbortSignal.any([this.request.signal, AbortSignal.timeout(answerMsMax)]),
      ...(body && { body }),
    })
    if (response.ok) return response
    throw await this.failureOf(response)
  }

  private async failureOf(response: Response): Promise<Error> {
    if (response.status === 404 && this.recording.acknowledged === 0) return this.beginAgain()
    const told = (await detailIn(response)) || (await this.problemTold())
    const message = told || `The server answered ${response.status}.`
    return isFinal(response.status) ? new Refusal(message) : new Error(message)
  }

  // A place that was forgotten before it got anything is no loss.
  private beginAgain(): Error {
    this.recording.uploadUrl = ''
    return new Error('The server has forgotten the upload.')
  }

  // An answer to HEAD has no words; the upload's own page has them.
  private async problemTold(): Promise<string> {
    const { uploadUrl } = this.recording
    if (!uploadUrl) return ''
    const init = { method: 'GET', headers: { 'Tus-Resumable': '1.0.0' } }
    const told = await this.environment.fetch(uploadUrl, init).catch(() => null)
    return told ? detailIn(told) : ''
  }
}

// 401: signed out, for now; 409: another offset; 423: the part before still holds it.
function isFinal(status: number): boolean {
  return status >= 400 && status < 500 && ![401, 408, 409, 423, 425, 429].includes(status)
}

function offsetIn(response: Response): number {
  const told = response.headers.get('Upload-Offset')
  if (told === null) throw new Error('The server did not say how much it has.')
  return Number(told)
}

async function detailIn(response: Response): Promise<string> {
  try {
    const told = (await response.json()) as { detail?: string; problem?: string }
    return told.detail || told.problem || ''
  } catch {
    return ''
  }
}
