import { beforeEach, describe, expect, it } from 'vitest'
import { Connection, type Environment, type Listener, type Socket } from './connection.ts'

class FakeSocket implements Socket {
  binaryType: BinaryType = 'blob'
  bufferedAmount = 0
  onopen: Socket['onopen'] = null
  onmessage: Socket['onmessage'] = null
  onclose: Socket['onclose'] = null
  sent: unknown[] = []
  closed = false

  send(data: string | ArrayBufferView<ArrayBuffer>) {
    this.sent.push(typeof data === 'string' ? JSON.parse(data) : [...(data as Int16Array)])
  }
  close() {
    this.closed = true
  }
  say(frame: object) {
    this.onmessage?.({ data: JSON.stringify(frame) } as MessageEvent)
  }
  welcome(receivedSamples: number, recovered = false) {
    this.onopen?.({} as Event)
    const audio = { receivedSamples, rate: 16000 }
    this.say({ type: 'welcome', sessionId: 'ses_1', epoch: 1, seq: 0, recovered, audio })
  }
  breaks(code = 1006) {
    this.onclose?.({ code, reason: '' } as CloseEvent)
  }
}

let sockets: FakeSocket[]
let timer: (() => void) | null
let phases: string[]
let connection: Connection

const newest = () => sockets.at(-1)!
const chunk = (...samples: number[]) => new Int16Array(samples)

beforeEach(() => {
  sockets = []
  timer = null
  phases = []
  const environment: Environment = {
    open() {
      sockets.push(new FakeSocket())
      return newest()
    },
    startTimer(action) {
      timer = action
      return 1
    },
    stopTimer() {
      timer = null
    },
    random: () => 0,
  }
  const listener: Listener = {
    onWelcome: () => undefined,
    onFrame: () => undefined,
    onLink: link => phases.push(link.phase),
  }
  connection = new Connection('ws://any', listener, environment)
})

describe('Connection', () => {
  it('announces the place of its sound before the first chunk, once a socket', () => {
    newest().welcome(0)
    connection.sendSound(chunk(1, 2))
    connection.sendSound(chunk(3))
    expect(newest().sent.slice(1)).toEqual([{ type: 'audio', rate: 16000, offset: 0 }, [1, 2], [3]])
  })

  it('sends again the sound that got lost, and what came while it was away', () => {
    newest().welcome(0)
    connection.sendSound(chunk(1, 2))
    connection.sendSound(chunk(3, 4))
    newest().breaks()
    connection.sendSound(chunk(5, 6))
    timer!()
    newest().welcome(3, true)
    connection.sendSound(chunk(7))
    expect(newest().sent).toEqual([
      { type: 'hello', resumeFrom: { epoch: 1, seq: 0 } },
      { type: 'audio', rate: 16000, offset: 3 },
      [4],
      [5, 6],
      [7],
    ])
  })

  it('sends a message again until the server has it', () => {
    connection.send({ action: 'pause' })
    newest().welcome(0)
    const first = newest().sent[1] as { id: string }
    expect(first).toMatchObject({ action: 'pause' })
    newest().breaks()
    timer!()
    newest().welcome(0, true)
    expect(newest().sent[1]).toEqual(first)
    newest().say({ type: 'ack', seq: 0, id: first.id })
    newest().breaks()
    timer!()
    newest().welcome(0, true)
    expect(newest().sent).toHaveLength(1)
  })

  it('breaks a socket that takes nothing any more', () => {
    newest().welcome(0)
    newest().bufferedAmount = 1_000_000
    connection.sendSound(chunk(1))
    expect(newest().closed).toBe(true)
    expect(phases.at(-1)).toBe('waiting')
  })

  it('connects no more once it was stopped', () => {
    newest().welcome(0)
    connection.stop()
    expect(newest().closed).toBe(true)
    expect(sockets).toHaveLength(1)
    expect(timer).toBeNull()
  })
})
