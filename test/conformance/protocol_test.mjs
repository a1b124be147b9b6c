// E-20: what the protocols say, byte for byte, without a client library: handshakes, polling,
// heartbeats, closing, upgrades, packets, and what malformed ones lead to.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import WebSocket from 'ws'
import { startEcho } from './server.mjs'

let server
const sockets = []

before(async () => {
  server = await startEcho()
})

after(async () => {
  for (const socket of sockets) socket.terminate()
  assert.equal(await server?.stop(), 0)
})

const url = (path, query) => `${server.origin}/${path}/?${new URLSearchParams(query)}`

async function request(path, query, options) {
  const answer = await fetch(url(path, query), options)
  return { status: answer.status, text: await answer.text(), headers: answer.headers }
}

const polling = { EIO: 4, transport: 'polling' }
const post = body => ({ method: 'POST', body })

async function openPolling(path = 'engine.io') {
  return JSON.parse((await request(path, polling)).text.slice(1)).sid
}

/** A WebSocket whose messages wait until they are taken. */
function openSocket(path = 'engine.io', query = {}) {
  const socket = new WebSocket(
    url(path, { EIO: 4, transport: 'websocket', ...query }).replace('http', 'ws'),
  )
  sockets.push(socket)
  const waiting = []
  let wanted
  const give = message => {
    const take = wanted
    wanted = undefined
    if (take) take(message)
    else waiting.push(message)
  }
  socket.on('message', (data, isBinary) => give(isBinary ? data : data.toString()))
  socket.on('error', () => {})
  const closed = new Promise(done => {
    socket.on('close', (code, reason) => done({ code, reason: `${reason}` }))
  })
  return {
    send: (...messages) => messages.forEach(message => socket.send(message)),
    open: () => once(socket, 'open'),
    close: () => socket.close(),
    closed,
    /** The next message; pings are answered and passed over unless `ping` is wanted. */
    async next(ping = false) {
      for (;;) {
        const message = waiting.shift() ?? (await new Promise(done => (wanted = done)))
        if (ping || message !== '2') return message
        socket.send('3')
      }
    },
  }
}

async function openWebSocket(path, query) {
  const socket = openSocket(path, query)
  assert.match(await socket.next(), /^0\{/)
  return socket
}

/** A connected Socket.IO client, after its `auth` event. */
async function connect() {
  const socket = await openWebSocket('socket.io')
  socket.send('40')
  assert.match(await socket.next(), /^40\{"sid":"[^"]+"\}$/)
  assert.equal(await socket.next(), '42["auth",{}]')
  return socket
}

for (const path of ['engine.io', 'socket.io']) {
  test(`${path}: the handshake tells exactly five things`, async () => {
    const answer = await request(path, polling)
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('content-type'), 'text/plain; charset=UTF-8')
    assert.equal(answer.headers.get('cache-control'), 'no-store')
    assert.equal(answer.text[0], '0')
    const { sid, ...rest } = JSON.parse(answer.text.slice(1))
    assert.equal(typeof sid, 'string')
    const told = { pingInterval: 300, pingTimeout: 200, maxPayload: 1000000 }
    assert.deepEqual(rest, { upgrades: ['websocket'], ...told })
    const frame = await openSocket(path).next()
    const { sid: other, ...same } = JSON.parse(frame.slice(1))
    assert.notEqual(other, sid)
    assert.deepEqual(same, { upgrades: [], ...told })
  })

  test(`${path}: wrong requests are refused by number`, async () => {
    const cases = [
      [{ EIO: 4 }, {}, 400, { code: 0, message: 'Transport unknown' }],
      [{ EIO: 4, transport: 'abc' }, {}, 400, { code: 0, message: 'Transport unknown' }],
      [{ ...polling, sid: 'x' }, {}, 400, { code: 1, message: 'Session ID unknown' }],
      [{ ...polling, sid: 'x' }, post('4'), 400, { code: 1, message: 'Session ID unknown' }],
      [polling, post(''), 400, { code: 2, message: 'Bad handshake method' }],
      [polling, { method: 'PUT' }, 400, { code: 2, message: 'Bad handshake method' }],
      [{ EIO: 4, transport: 'websocket' }, {}, 400, { code: 3, message: 'Bad request' }],
      [
        polling,
        { headers: { origin: 'https://elsewhere.example' } },
        403,
        { code: 4, message: 'Forbidden' },
      ],
      [{ transport: 'polling' }, {}, 400, { code: 5, message: 'Unsupported protocol version' }],
      [{ ...polling, EIO: 3 }, {}, 400, { code: 5, message: 'Unsupported protocol version' }],
    ]
    for (const [query, options, status, body] of cases) {
      const answer = await request(path, query, options)
      assert.equal(answer.status, status)
      assert.deepEqual(JSON.parse(answer.text), body)
    }
    for (const query of [{ EIO: 'abc' }, { transport: 'abc' }, { sid: 'unknown' }]) {
      assert.equal((await openSocket(path, query).closed).code, 1006)
    }
  })

  test(`${path}: the server pings, and closes who does not answer`, async () => {
    const sid = await openPolling(path)
    const socket = await openWebSocket(path)
    for (let i = 0; i < 3; ++i) {
      assert.equal((await request(path, { ...polling, sid })).text, '2')
      assert.equal((await request(path, { ...polling, sid }, post('3'))).text, 'ok')
      assert.equal(await socket.next(true), '2')
      socket.send('3')
    }
    const silent = await openPolling(path)
    assert.equal((await socket.closed).reason, 'ping timeout')
    while ((await request(path, { ...polling, sid: silent })).status === 200);
  })

  test(`${path}: who closes is answered`, async () => {
    const sid = await openPolling(path)
    const poll = request(path, { ...polling, sid })
    await request(path, { ...polling, sid }, post('1'))
    assert.equal((await poll).text, '6')
    assert.equal((await request(path, { ...polling, sid })).status, 400)
    const socket = await openWebSocket(path)
    socket.send('1')
    assert.equal((await socket.closed).code, 1000)
  })

  test(`${path}: two polls at once close`, async () => {
    const sid = await openPolling(path)
    const polls = [1, 2].map(() => request(path, { ...polling, sid }))
    const answers = (await Promise.all(polls)).sort((a, b) => a.status - b.status)
    assert.deepEqual([answers[0].status, answers[0].text, answers[1].status], [200, '1', 400])
    assert.equal((await request(path, { ...polling, sid })).status, 400)
  })
}

test('payloads come back as they went: text, several, bytes', async () => {
  const sid = await openPolling()
  for (const payload of ['4hello', '4test1\x1e4test2\x1e4test3', '4h\u00e9\x1ebAQIDBA==']) {
    assert.equal((await request('engine.io', { ...polling, sid }, post(payload))).text, 'ok')
    let text = ''
    do text = (await request('engine.io', { ...polling, sid })).text
    while (text === '2')
    assert.equal(text, payload)
  }
})

test('a payload that is none, or too large, closes the session', async () => {
  const large = `4${'x'.repeat(1_000_000)}`
  for (const [body, status] of [
    ['abc', 400],
    ['', 400],
    ['4a\x1e', 400],
    ['b*', 400],
    ['2', 200],
    [large, 413],
  ]) {
    const sid = await openPolling()
    assert.equal(
      (await request('engine.io', { ...polling, sid }, post(body))).status,
      status,
      body.slice(0, 9),
    )
    assert.equal((await request('engine.io', { ...polling, sid })).status, 400)
  }
})

test('a frame that is no packet closes', async () => {
  for (const [frame, code] of [
    ['abc', 1002],
    ['', 1002],
    ['2', 1002],
    [`4${'x'.repeat(1_000_001)}`, 1009],
  ]) {
    const socket = await openWebSocket()
    socket.send(frame)
    assert.equal((await socket.closed).code, code)
  }
})

test('polling goes over to a WebSocket, once', async () => {
  const sid = await openPolling()
  const socket = openSocket('engine.io', { sid })
  await socket.open()
  socket.send('2probe')
  assert.equal(await socket.next(), '3probe')
  assert.equal((await request('engine.io', { ...polling, sid })).text, '6')
  socket.send('5', '4hello')
  assert.equal(await socket.next(), '4hello')
  assert.equal((await request('engine.io', { ...polling, sid })).status, 400)
  assert.equal((await openSocket('engine.io', { sid }).closed).code, 1008)
  socket.send(Buffer.from([1, 2, 3]))
  assert.deepEqual(await socket.next(), Buffer.from([1, 2, 3]))
  socket.close()
})

test('a probe that says something else is dropped, and polling goes on', async () => {
  const sid = await openPolling()
  const socket = openSocket('engine.io', { sid })
  await socket.open()
  socket.send('4hello')
  assert.equal((await socket.closed).code, 1002)
  await request('engine.io', { ...polling, sid }, post('4a'))
  assert.match((await request('engine.io', { ...polling, sid })).text, /4a/)
})

test('namespaces: connecting, payloads, disconnecting', async () => {
  const socket = await openWebSocket('socket.io')
  socket.send('40{"token":"123"}')
  assert.match(await socket.next(), /^40\{"sid":"[^"]+"\}$/)
  assert.equal(await socket.next(), '42["auth",{"token":"123"}]')
  socket.send('40/custom?ignored=1,{"token":"abc"}')
  assert.match(await socket.next(), /^40\/custom,\{"sid":"[^"]+"\}$/)
  assert.equal(await socket.next(), '42/custom,["auth",{"token":"abc"}]')
  socket.send('40/random')
  assert.equal(await socket.next(), '44/random,{"message":"Invalid namespace"}')
  socket.send('41/custom', '42["message","to the main one"]')
  assert.equal(await socket.next(), '42["message-back","to the main one"]')
  socket.send('40', '42["message","asked twice"]')
  assert.equal(await socket.next(), '42["message-back","asked twice"]')
  socket.send('41')
  assert.equal(await socket.next(true), '2')
  socket.close()
})

test('events, acks and attachments', async () => {
  const socket = await connect()
  socket.send('42["message",1,"2",{"3":[true]}]')
  assert.equal(await socket.next(), '42["message-back",1,"2",{"3":[true]}]')
  socket.send('42456["message-with-ack",1,"2",{"3":[false]}]')
  assert.equal(await socket.next(), '43456[1,"2",{"3":[false]}]')
  const places = '{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}'
  for (const [sent, back] of [
    [`452-["message",${places}]`, `452-["message-back",${places}]`],
    [`452-789["message-with-ack",${places}]`, `462-789[${places}]`],
  ]) {
    socket.send(sent, Buffer.from([1, 2, 3]), Buffer.from([4, 5, 6]))
    assert.equal(await socket.next(), back)
    assert.deepEqual(await socket.next(), Buffer.from([1, 2, 3]))
    assert.deepEqual(await socket.next(), Buffer.from([4, 5, 6]))
  }
  socket.close()
})

test('malformed packets close with the reason, and nothing else happens', async () => {
  for (const packets of [
    ['4abc'],
    ['42{}'],
    ['42abc["message-with-ack",1]'],
    ['42["connect"]'],
    ['4'],
    ['49'],
    ['44'],
    ['42/custom,["message"]'],
    ['4511-["message"]'],
    ['451-["message",{"_placeholder":true,"num":7}]'],
    ['451-["message",{"_placeholder":true,"num":0}]', '42["message"]'],
    [Buffer.from([1])],
    [`42["message",${'['.repeat(200)}${']'.repeat(200)}]`],
  ]) {
    const socket = await connect()
    socket.send(...packets)
    assert.deepEqual(await socket.closed, { code: 1002, reason: 'parse error' }, `${packets}`)
  }
  const socket = await openWebSocket('socket.io')
  socket.send('42["message"]')
  assert.equal((await socket.closed).code, 1002)
  await connect()
})
