// E-20, E-21: a live session over Socket.IO with the official client: the same log, and connection
// state recovery that loses and repeats nothing.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { io } from 'socket.io-client'
import { startCuttingProxy } from '../browser/cutting_proxy.mjs'
import { startServer } from './server.mjs'

const patience = { reconnectionDelay: 20, reconnectionDelayMax: 100, randomizationFactor: 0 }

let server

before(async () => {
  server = await startServer()
})

after(async () => {
  assert.equal(await server?.stop(), 0)
})

/** Attaches to a take and checks that every logged event comes once and in order. */
function attach(origin, sessionId, transports) {
  const socket = io(`${origin}/director`, {
    ...patience,
    forceNew: true,
    transports,
    auth: { token: server.token, sessionId },
  })
  const seen = { socket, seqs: [], texts: [], welcomes: [], ids: [] }
  let last
  socket.on('connect', () => seen.ids.push(socket.id))
  socket.onAny((name, frame, position) => {
    assert.equal(frame.type, name)
    if (name === 'welcome') {
      assert.equal(position, `${frame.epoch}-${frame.seq}`)
      seen.welcomes.push(frame)
      if (!frame.recovered) last = frame.seq
      else assert.equal(frame.seq, last, 'goes on where the client was')
      return
    }
    if (position === undefined) return
    assert.equal(frame.seq, last + 1, 'nothing missed, nothing twice')
    last = frame.seq
    seen.seqs.push(frame.seq)
    if (name === 'transcription') seen.texts.push(frame.text)
  })
  return seen
}

const until = async condition => {
  const deadline = Date.now() + 30_000
  while (!condition()) {
    assert.ok(Date.now() < deadline, `waited in vain: ${condition}`)
    await new Promise(done => setTimeout(done, 5))
  }
}

for (const transports of [['polling'], ['websocket'], ['polling', 'websocket']]) {
  const way = transports.join(' then ')

  test(`${way}: attaches, speaks, is acknowledged`, async () => {
    const seen = attach(server.origin, await server.openTake(), transports)
    await once(seen.socket, 'welcome')
    assert.equal(seen.welcomes[0].recovered, false)
    assert.ok(seen.welcomes[0].snapshot)
    assert.deepEqual(await seen.socket.emitWithAck('text', { text: 'Hello there.' }), { ok: true })
    await until(() => seen.texts.length === 1)
    const wrong = await seen.socket.emitWithAck('text', 7)
    assert.equal(wrong.ok, false)
    assert.equal(wrong.error.code, 'invalid')
    seen.socket.close()
  })

  test(`${way}: cuts lose nothing and repeat nothing`, async () => {
    const proxy = await startCuttingProxy(server.origin)
    const sessionId = await server.openTake()
    const seen = attach(proxy.origin, sessionId, transports)
    const speaker = attach(server.origin, sessionId, ['websocket'])
    await until(() => seen.welcomes.length > 0 && speaker.welcomes.length > 0)
    let said = 0
    for (let round = 0; round < 8; ++round) {
      for (let i = 0; i < 5; ++i) speaker.socket.emit('text', { text: `sentence ${++said}` })
      if (round % 2 === 0) await until(() => seen.texts.length >= said - 4)
      proxy.cut()
      await until(() => !seen.socket.connected)
      await speaker.socket.emitWithAck('text', { text: `sentence ${++said}` })
      proxy.mend()
      await until(() => seen.socket.connected)
    }
    await until(() => seen.texts.length === said)
    assert.deepEqual(
      seen.texts,
      Array.from({ length: said }, (_, i) => `sentence ${i + 1}`),
    )
    assert.ok(seen.ids.length > 8)
    assert.ok(seen.welcomes.slice(1).every(welcome => welcome.recovered))
    assert.ok(seen.socket.recovered)
    assert.equal(new Set(seen.ids).size, 1, 'it stays the same socket')
    seen.socket.close()
    speaker.socket.close()
    proxy.close()
  })
}

test('a killed server goes on where it was', async () => {
  const seen = attach(server.origin, await server.openTake(), ['websocket'])
  await once(seen.socket, 'welcome')
  for (let round = 0; round < 3; ++round) {
    const text = `before ${round}`
    await seen.socket.emitWithAck('text', { text, id: text })
    const back = once(seen.socket, 'welcome')
    await server.killAndRestart()
    await back
    assert.ok(seen.socket.recovered)
    // Sent again, because a client cannot know: handled once.
    await seen.socket.emitWithAck('text', { text, id: text })
  }
  await until(() => seen.texts.length === 3)
  assert.deepEqual(seen.texts, ['before 0', 'before 1', 'before 2'])
  seen.socket.close()
})

test('a restart in order too, by polling', async () => {
  const seen = attach(server.origin, await server.openTake(), ['polling'])
  await once(seen.socket, 'welcome')
  await seen.socket.emitWithAck('text', { text: 'one' })
  const back = once(seen.socket, 'welcome')
  await server.restart()
  await back
  await seen.socket.emitWithAck('text', { text: 'two' })
  await until(() => seen.texts.length === 2)
  assert.ok(seen.socket.recovered)
  seen.socket.close()
})

test('wrong tokens, sessions and namespaces are refused with the reason', async () => {
  const sessionId = await server.openTake()
  const refused = async (space, auth) => {
    const socket = io(server.origin + space, { forceNew: true, auth, transports: ['websocket'] })
    const [error] = await once(socket, 'connect_error')
    socket.close()
    return error
  }
  const { token } = server
  assert.equal((await refused('/director', { sessionId })).data.code, 'unauthenticated')
  const wrong = await refused('/director', { token: 'wrong', sessionId })
  assert.equal(wrong.data.code, 'unauthenticated')
  const none = await refused('/director', { token, sessionId: 'ses_none' })
  assert.equal(none.data.code, 'not_found')
  assert.equal((await refused('/director', { token })).data.code, 'not_found')
  assert.equal((await refused('/nothing', { token })).message, 'Invalid namespace')
})

test('an offset of another epoch or session begins anew, with a snapshot', async () => {
  const sessionId = await server.openTake()
  for (const offset of ['7-3', '1-999', 'nonsense']) {
    const auth = { token: server.token, sessionId, pid: `${sessionId}~${'x'.repeat(43)}`, offset }
    const socket = io(`${server.origin}/director`, { forceNew: true, auth })
    const [welcome] = await once(socket, 'welcome')
    assert.equal(welcome.recovered, false)
    assert.ok(welcome.snapshot)
    socket.close()
  }
})

test('one long poll after another gives the same log', async () => {
  const sessionId = await server.openTake()
  const speaker = attach(server.origin, sessionId, ['websocket'])
  await once(speaker.socket, 'welcome')
  const events = `${server.origin}/api/v1/director/sessions/${sessionId}/events`
  const poll = async after => {
    const headers = { authorization: `Bearer ${server.token}` }
    return (await fetch(`${events}?after=${after}`, { headers })).json()
  }
  let { after: position, frames } = await poll('')
  assert.equal(frames[0].type, 'welcome')
  let last = frames[0].seq
  const texts = []
  for (let i = 0; i < 5; ++i) speaker.socket.emit('text', { text: `word ${i}` })
  while (texts.length < 5) {
    ;({ after: position, frames } = await poll(position))
    for (const frame of frames) {
      assert.equal(frame.seq, ++last)
      if (frame.type === 'transcription') texts.push(frame.text)
    }
  }
  assert.deepEqual(texts, ['word 0', 'word 1', 'word 2', 'word 3', 'word 4'])
  const [welcome] = (await poll('9-1')).frames
  assert.equal(welcome.recovered, false)
  speaker.socket.close()
})
