import { firstLink, type Link, type LinkAction, type LinkEvent, step } from './link.ts'
import { closeCode, type Frame, isFrame, subProtocol, type Welcome } from './protocol.ts'
import { SoundBuffer } from './sound_buffer.ts'

export const sampleRate = 16000
/** How much sound survives a broken connection. */
export const keptSeconds = 30
/** More than this waiting in the socket means that nobody takes it: 8 s of sound. */
const stalledBytes = 8 * sampleRate * 2

/** What of a browser's WebSocket is used; a test brings its own. */
export interface Socket {
  binaryType: BinaryType
  readonly bufferedAmount: number
  onopen: ((event: Event) => void) | null
  onmessage: ((event: MessageEvent) => void) | null
  onclose: ((event: CloseEvent) => void) | null
  send(data: string | ArrayBufferView<ArrayBuffer>): void
  close(code?: number): void
}

export interface Environment {
  open(url: string, protocol: string): Socket
  startTimer(action: () => void, milliseconds: number): number
  stopTimer(timer: number): void
  random(): number
}

export interface Listener {
  /** The connection is there. Without `welcome.recovered`, `welcome.snapshot` replaces all. */
  onWelcome(welcome: Welcome): void
  onFrame(frame: Frame): void
  onLink(link: Link): void
}

export interface Message {
  action: string
  [member: string]: unknown
}

const browser: Environment = {
  open: (url, protocol) => new WebSocket(url, protocol) as Socket,
  startTimer: (action, milliseconds) => window.setTimeout(action, milliseconds),
  stopTimer: timer => window.clearTimeout(timer),
  random: Math.random,
}

/** A live session from the page's side: reconnects, resumes, and sends again what got lost. */
export class Connection {
  private link: Link = firstLink
  private socket: Socket | null = null
  private timer: number | null = null
  private readonly sound = new SoundBuffer(keptSeconds * sampleRate)
  private soundIsAnnounced = false
  private unconfirmed = new Map<string, Message>()
  private messages = 0
  private readonly name: string

  constructor(
    private readonly url: string,
    private readonly listener: Listener,
    private readonly environment: Environment = browser,
  ) {
    this.name = Math.floor(environment.random() * 2 ** 48).toString(36)
    this.connect()
  }

  /** Sends a message now, or when the connection is back; the server takes each once. */
  send(message: Message): void {
    const id = `${this.name}-${++this.messages}`
    this.unconfirmed.set(id, message)
    if (this.link.phase === 'live') this.sendText({ ...message, id })
  }

  /** PCM16 mono at 16 kHz. */
  sendSound(chunk: Int16Array<ArrayBuffer>): void {
    const offset = this.sound.end
    this.sound.add(chunk)
    if (this.link.phase !== 'live' || !this.socket) return
    if (this.socket.bufferedAmount > stalledBytes) return this.drop('stalled')
    this.announceSound(offset)
    this.socket.send(chunk)
  }

  /** Connects at once when it waits or has given up. */
  retry(): void {
    this.on({ kind: 'retry' })
  }

  /** Breaks a connection of which the browser knows that it is gone. */
  drop(reason: string): void {
    if (!this.socket) return
    this.forgetSocket()
    this.onClosed(closeCode.abnormal, reason)
  }

  stop(): void {
    this.on({ kind: 'stop' })
  }

  private on(event: LinkEvent): void {
    const [link, actions] = step(this.link, event)
    const changed = link.phase !== this.link.phase
    this.link = link
    for (const action of actions) this.act(action)
    if (changed) this.listener.onLink(this.link)
  }

  private act(action: LinkAction): void {
    switch (action.kind) {
      case 'connect':
        return this.connect()
      case 'hello':
        return this.sendText({
          type: 'hello',
          ...(action.resumeFrom && { resumeFrom: action.resumeFrom }),
        })
      case 'welcomed':
        return this.onWelcome(action.welcome)
      case 'deliver':
        return this.onFrame(action.frame)
      case 'wait':
        this.timer = this.environment.startTimer(
          () => this.on({ kind: 'due' }),
          action.milliseconds,
        )
        return
      case 'close':
        return this.forgetSocket()
    }
  }

  private connect(): void {
    this.stopTimer()
    const socket = this.environment.open(this.url, subProtocol)
    socket.binaryType = 'arraybuffer'
    socket.onopen = () => this.on({ kind: 'opened' })
    socket.onmessage = event => this.onText(event.data)
    socket.onclose = event => {
      this.socket = null
      this.onClosed(event.code, event.reason)
    }
    this.socket = socket
    this.soundIsAnnounced = false
  }

  private onText(data: unknown): void {
    if (typeof data !== 'string') return
    const frame: unknown = JSON.parse(data)
    if (isFrame(frame)) this.on({ kind: 'frame', frame })
  }

  private onWelcome(welcome: Welcome): void {
    const received = welcome.audio?.receivedSamples ?? 0
    this.sound.skipTo(received)
    this.listener.onWelcome(welcome)
    for (const [id, message] of this.unconfirmed) this.sendText({ ...message, id })
    const { offset, chunks } = this.sound.from(received)
    if (chunks.length > 0) this.announceSound(offset)
    for (const chunk of chunks) this.socket?.send(chunk)
  }

  private onFrame(frame: Frame): void {
    if (frame.type === 'ack' && typeof frame.id === 'string') this.unconfirmed.delete(frame.id)
    this.listener.onFrame(frame)
  }

  private onClosed(code: number, reason: string): void {
    this.on({ kind: 'closed', code, reason, chance: this.environment.random() })
  }

  private announceSound(offset: number): void {
    if (this.soundIsAnnounced) return
    this.sendText({ type: 'audio', rate: sampleRate, offset })
    this.soundIsAnnounced = true
  }

  private sendText(frame: object): void {
    this.socket?.send(JSON.stringify(frame))
  }

  private forgetSocket(): void {
    this.stopTimer()
    if (!this.socket) return
    this.socket.onopen = this.socket.onmessage = this.socket.onclose = null
    this.socket.close(closeCode.normal)
    this.socket = null
  }

  private stopTimer(): void {
    if (this.timer !== null) this.environment.stopTimer(this.timer)
    this.timer = null
  }
}
