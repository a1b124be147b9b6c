// E-20: the official client against the echo servers, over each way that it can take.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { io } from 'socket.io-client'
import { startEcho } from './server.mjs'

const ways = {
  polling: ['polling'],
  websocket: ['websocket'],
  upgrade: ['polling', 'websocket'],
}

let server

before(async () => {
  server = await startEcho([])
})

after(async () => {
  assert.equal(await server?.stop(), 0)
})

async function connect(space, options) {
  const socket = io(server.origin + space, { forceNew: true, ...options })
  const greeted = once(socket, 'auth')
  await once(socket, 'connect')
  const [auth] = await greeted
  return { socket, auth }
}

const emit = (socket, ...message) => {
  const back = once(socket, 'message-back')
  socket.emit('message', ...message)
  return back
}

for (const [way, transports] of Object.entries(ways)) {
  test(`${way}: text, objects, acks both ways`, async () => {
    const { socket, auth } = await connect('/', { transports, auth: { token: 'é雪' } })
    assert.deepEqual(auth, { token: 'é雪' })
    assert.deepEqual(await emit(socket, 1, '2', { 3: [true, null] }, '\x1e\u{1f600}'), [
      1,
      '2',
      { 3: [true, null] },
      '\x1e\u{1f600}',
    ])
    assert.deepEqual(await socket.emitWithAck('message-with-ack', { deep: [1] }), { deep: [1] })
    socket.on('question', (question, answer) => answer(question + 1))
    const answered = once(socket, 'answer')
    socket.emit('ask', 41)
    assert.deepEqual(await answered, [42])
    socket.close()
  })

  test(`${way}: bytes, in events and acks`, async () => {
    const { socket } = await connect('/', { transports })
    const bytes = Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 256))
    const [first, second] = await emit(socket, { inner: [bytes] }, Buffer.alloc(0))
    assert.deepEqual(Buffer.from(first.inner[0]), bytes)
    assert.equal(second.length, 0)
    const acked = await socket.emitWithAck('message-with-ack', bytes)
    assert.deepEqual(Buffer.from(acked), bytes)
    socket.close()
  })

  test(`${way}: a hundred messages come back in order`, async () => {
    const { socket } = await connect('/', { transports })
    const seen = []
    const all = new Promise(done => {
      socket.on('message-back', number => seen.push(number) === 100 && done())
    })
    for (let i = 0; i < 100; ++i) socket.emit('message', i)
    await all
    assert.deepEqual(
      seen,
      Array.from({ length: 100 }, (_, i) => i),
    )
    if (way === 'upgrade') {
      const { engine } = socket.io
      if (engine.transport.name !== 'websocket') await once(engine, 'upgrade')
      assert.equal(engine.transport.name, 'websocket')
      assert.deepEqual(await emit(socket, 'after'), ['after'])
    }
    socket.close()
  })

  test(`${way}: namespaces are apart, unknown ones are refused`, async () => {
    const { socket } = await connect('/', { transports, forceNew: false, multiplex: true })
    const custom = socket.io.socket('/custom')
    const unknown = socket.io.socket('/unknown')
    const refused = once(unknown.connect(), 'connect_error')
    await once(custom.connect(), 'connect')
    assert.equal((await refused)[0].message, 'Invalid namespace')
    custom.disconnect()
    assert.deepEqual(await emit(socket, 'still here'), ['still here'])
    socket.close()
  })

  test(`${way}: rooms`, async () => {
    const { socket: ann } = await connect('/custom', { transports })
    const { socket: bob } = await connect('/custom', { transports })
    assert.equal(await ann.emitWithAck('join', 'r'), true)
    assert.equal(await bob.emitWithAck('join', 'r'), true)
    const heard = []
    bob.on('told', word => heard.push(word))
    ann.on('told', () => assert.fail('who tells is not told'))
    const first = once(bob, 'told')
    ann.emit('tell', 'r', 'hello')
    await first
    await bob.emitWithAck('leave', 'r')
    ann.emit('tell', 'r', 'nobody')
    await ann.emitWithAck('message-with-ack', 1)
    await bob.emitWithAck('message-with-ack', 1)
    assert.deepEqual(heard, ['hello'])
    ann.close()
    bob.close()
  })
}

test('what is too large ends the connection, and the next one works', async () => {
  for (const transports of [['polling'], ['websocket']]) {
    const { socket } = await connect('/', { transports, reconnection: false })
    const ended = once(socket, 'disconnect')
    socket.emit('message', 'x'.repeat(1_000_001))
    await ended
    const { socket: next } = await connect('/', { transports })
    assert.deepEqual(await emit(next, 'x'.repeat(900_000)), ['x'.repeat(900_000)])
    next.close()
  }
})
