import { describe, expect, it } from 'vitest'
import { makePartMemory, type PartStore, type Recording } from './part_store.ts'
import { partBytesMax, Sender, type SenderState } from './sender.ts'

const answer = (status: number, headers: Record<string, string> = {}, body?: object) =>
  new Response(body ? JSON.stringify(body) : null, { status, headers })

interface Asked {
  method: string
  headers: Record<string, string>
  body: Uint8Array
}

/** A server of resumable uploads; `breaks` says how a request goes wrong. */
class Server {
  private parts: number[][] = []
  private received = 0
  length: number | null = null
  asked: Asked[] = []
  breaks: (asked: Asked) => Response | number | 'lost' | undefined = () => undefined

  get bytes(): number[] {
    return this.parts.flat()
  }

  async fetch(_: string, init: RequestInit): Promise<Response> {
    const headers = init.headers as Record<string, string>
    const body = new Uint8Array((init.body as ArrayBuffer | undefined) ?? new ArrayBuffer(0))
    const asked = { method: init.method!, headers, body }
    this.asked.push(asked)
    // A sender that would ask for ever fails in place of hanging.
    if (this.asked.length > 1000) return answer(410)
    const broken = this.breaks(asked)
    if (broken instanceof Response) return broken
    // A number: so many bytes come in before the connection breaks; lost: only the answer is.
    if (typeof broken === 'number') this.take(asked, broken)
    const response = broken === undefined || broken === 'lost' ? this.answer(asked) : undefined
    if (broken !== undefined || !response) throw new TypeError('Failed to fetch')
    return response
  }

  private answer(asked: Asked): Response {
    const { method, headers } = asked
    if (method === 'POST') return answer(201, { Location: '/uploads/1' })
    if (method === 'HEAD') return this.stand(200)
    if (method === 'DELETE') return answer(204)
    if (Number(headers['Upload-Offset']) !== this.received) return answer(409)
    this.take(asked, asked.body.length)
    if (headers['Upload-Length']) this.length = Number(headers['Upload-Length'])
    return this.stand(204)
  }

  private take({ body, method }: Asked, count: number): void {
    if (method !== 'PATCH') return
    this.parts.push([...body.subarray(0, count)])
    this.received += Math.min(count, body.length)
  }

  private stand(status: number): Response {
    return answer(status, {
      'Upload-Offset': String(this.received),
      ...(this.length !== null && { 'Upload-Length': String(this.length) }),
    })
  }
}

const blank: Recording = {
  id: 'a',
  sessionId: 'ses_1',
  ownerId: 'usr_1',
  offsetMs: 1234.5,
  type: 'video/webm;codecs=vp8,opus',
  uploadUrl: '',
  bytes: 0,
  acknowledged: 0,
  ended: false,
}

/** A recording with a sender that never really waits; ends when it rests with nothing to do. */
function start(server: Server, store: PartStore, recording: Recording = { ...blank }) {
  const told: SenderState[] = []
  let waits = 0
  let atRest = () => {}
  const environment = {
    fetch: (url: string, init: RequestInit) => server.fetch(url, init),
    wait: (milliseconds: number, signal: AbortSignal) => {
      if (milliseconds < Infinity) {
        ++waits
        return Promise.resolve()
      }
      atRest()
      return new Promise<void>(done => signal.addEventListener('abort', () => done()))
    },
    random: () => 0,
  }
  const sender = new Sender('/uploads', recording, store, state => told.push(state), environment)
  const rest = () => new Promise<void>(done => (atRest = done))
  return { sender, recording, told, rest, waits: () => waits }
}

const bytesOf = (from: number, count: number) =>
  new Uint8Array(Array.from({ length: count }, (_, index) => (from + index) % 251))
const expected = (count: number) => [...bytesOf(0, count)]

async function addParts(store: PartStore, recording: Recording, sizes: number[]) {
  for (const size of sizes) {
    await store.add(recording, new Blob([bytesOf(recording.bytes, size)]))
  }
}

async function end(store: PartStore, recording: Recording) {
  recording.ended = true
  await store.save(recording)
}

describe('D-33: a recording is sent while it is made', () => {
  it('part after part; the whole length is said with the last', async () => {
    const server = new Server()
    const store = makePartMemory()
    const { sender, recording, told, rest } = start(server, store)
    await addParts(store, recording, [100, 50])
    const resting = rest()
    const running = sender.run()
    await resting
    expect(server.bytes).toEqual(expected(150))
    expect(server.length).toBeNull()
    await addParts(store, recording, [30])
    await end(store, recording)
    sender.wake()
    await running
    expect(server.bytes).toEqual(expected(180))
    expect(server.length).toBe(180)
    expect(told.at(-1)).toEqual({ phase: 'whole', problem: '' })
    expect(await store.recordings()).toEqual([])
  })

  it('says at the beginning of which take it is, and where in its sound it begins', async () => {
    const server = new Server()
    const store = makePartMemory()
    const { sender, recording } = start(server, store)
    await addParts(store, recording, [1])
    await end(store, recording)
    await sender.run()
    const { headers } = server.asked[0]!
    expect(headers).toMatchObject({ 'Upload-Defer-Length': '1', 'Tus-Resumable': '1.0.0' })
    const metadata = headers['Upload-Metadata']!.split(',').map(pair => pair.split(' '))
    expect(metadata.map(([name, value]) => [name, atob(value!)])).toEqual([
      ['filename', 'recording.webm'],
      ['recording', 'ses_1'],
      ['offsetMs', '1235'],
    ])
  })

  it('sends no more at once than its limit', async () => {
    const server = new Server()
    const store = makePartMemory()
    const { sender, recording } = start(server, store)
    await store.add(recording, new Blob([new Uint8Array(partBytesMax + 5)]))
    await end(store, recording)
    await sender.run()
    const sizes = server.asked.filter(({ method }) => method === 'PATCH').map(a => a.body.length)
    expect(Math.max(...sizes)).toBe(partBytesMax)
    expect(server.bytes).toHaveLength(partBytesMax + 5)
  })
})

describe('D-20: a broken network leaves the recording whole', () => {
  it('whatever breaks off where, each byte comes once and in order', async () => {
    for (let seed = 1; seed <= 200; ++seed) {
      let chance = seed
      const random = (below: number) => (chance = (chance * 48271) % 2147483647) % below
      const server = new Server()
      server.breaks = ({ method, body }) => {
        const kind = random(6)
        if (kind === 0) return 'lost'
        if (kind === 1 && method === 'PATCH') return random(body.length + 1)
        if (kind === 2 && method !== 'POST') return answer(503)
        return undefined
      }
      const store = makePartMemory()
      const { sender, recording, told } = start(server, store)
      await addParts(store, recording, [random(90) + 1, random(90) + 1])
      const running = sender.run()
      await addParts(store, recording, [random(90) + 1])
      await end(store, recording)
      sender.wake()
      await running
      expect(server.bytes, `seed ${seed}`).toEqual(expected(recording.bytes))
      expect(server.length, `seed ${seed}`).toBe(recording.bytes)
      expect(told.at(-1)!.phase).toBe('whole')
    }
  })

  it('goes on after a reload where the server stands, from what was kept', async () => {
    const server = new Server()
    const store = makePartMemory()
    const before = start(server, store)
    await addParts(store, before.recording, [100, 100])
    const resting = before.rest()
    void before.sender.run()
    await resting
    before.sender.stop()
    await addParts(store, before.recording, [40])

    const [kept] = await store.recordings()
    expect(kept).toMatchObject({ bytes: 240, acknowledged: 200, uploadUrl: '/uploads/1' })
    const after = start(server, store, { ...kept!, ended: true })
    await after.sender.run()
    expect(server.bytes).toEqual(expected(240))
    expect(server.asked.filter(({ method }) => method === 'POST')).toHaveLength(1)
  })

  it('tells that it waits, and stops waiting when the network is back', async () => {
    const server = new Server()
    const store = makePartMemory()
    const { sender, recording, told, waits } = start(server, store)
    let tries = 0
    server.breaks = () =>
      ++tries <= 3 ? answer(503, {}, { detail: 'Storage is full.' }) : undefined
    await addParts(store, recording, [10])
    await end(store, recording)
    await sender.run()
    expect(waits()).toBe(3)
    expect(told).toContainEqual({ phase: 'waiting', problem: 'Storage is full.' })
  })
})

describe('what the server does not want', () => {
  it('ends it with the words of the server, and keeps what is here', async () => {
    const server = new Server()
    server.breaks = ({ method }) =>
      method === 'PATCH' ? answer(413, {}, { detail: 'Too large.' }) : undefined
    const store = makePartMemory()
    const { sender, recording, told } = start(server, store)
    await addParts(store, recording, [10])
    await sender.run()
    expect(told.at(-1)).toEqual({ phase: 'refused', problem: 'Too large.' })
    expect(await store.recordings()).toHaveLength(1)
  })

  it('begins again with a place that was forgotten before it got anything', async () => {
    const server = new Server()
    const store = makePartMemory()
    const { sender, recording } = start(server, store, { ...blank, uploadUrl: '/uploads/0' })
    let isForgotten = true
    server.breaks = ({ method }) => {
      if (method === 'POST') isForgotten = false
      return isForgotten ? answer(404) : undefined
    }
    await addParts(store, recording, [10])
    await end(store, recording)
    await sender.run()
    expect(server.bytes).toEqual(expected(10))
  })

  it('is thrown away here and there', async () => {
    const server = new Server()
    const store = makePartMemory()
    const { sender, recording, rest } = start(server, store)
    await addParts(store, recording, [10])
    const resting = rest()
    void sender.run()
    await resting
    await sender.discard()
    expect(server.asked.at(-1)!.method).toBe('DELETE')
    expect(await store.recordings()).toEqual([])
  })
})
