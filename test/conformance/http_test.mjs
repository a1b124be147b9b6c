// E-10, E-21: what a client of the whole program sees of HTTP: events that are packed and still
// come one by one, texts that are not sent twice, stages for who asks, and an end that stays.

import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, test } from 'node:test'
import { constants, createBrotliDecompress, createGunzip } from 'node:zlib'
import { startServer } from './server.mjs'

let server

before(async () => {
  server = await startServer()
})

after(async () => {
  assert.equal(await server?.stop(), 0)
})

const signedIn = () => ({ authorization: `Bearer ${server.token}` })

const get = (path, headers = {}) => fetch(server.origin + path, { headers })

const end = take =>
  fetch(`${server.origin}/api/v1/director/sessions/${take}/end`, {
    method: 'POST',
    headers: signedIn(),
  })

const decoders = {
  gzip: () => createGunzip({ flush: constants.Z_SYNC_FLUSH }),
  br: () => createBrotliDecompress({ flush: constants.BROTLI_OPERATION_FLUSH }),
}

/** The events of a take as they come, unpacked; `fetch` would hide how they were packed. */
async function events(take, coding) {
  const path = `/api/v1/director/sessions/${take}/events`
  const asked = request(server.origin + path, {
    headers: { ...signedIn(), 'accept-encoding': coding },
  })
  asked.end()
  const answer = await new Promise((done, failed) => asked.on('response', done).on('error', failed))
  assert.equal(answer.statusCode, 200)
  assert.equal(answer.headers['content-encoding'], coding)
  assert.equal(answer.headers.vary, 'Accept-Encoding')
  return answer.pipe(decoders[coding]())[Symbol.asyncIterator]()
}

/** Reads on until `wanted` has come; the end of the stream is undefined. */
async function read(stream, wanted) {
  let text = ''
  while (!text.includes(wanted)) {
    const { value, done } = await stream.next()
    assert.ok(!done, `the stream ended before ${wanted}: ${text}`)
    text += value
  }
  return text
}

for (const coding of ['gzip', 'br']) {
  test(`events packed with ${coding} come when sent, and end with their take`, async () => {
    const take = await server.openTake()
    const stream = await events(take, coding)
    await read(stream, '"type":"welcome"')
    assert.equal((await end(take)).status, 204)
    await read(stream, '"type":"ended"')
    assert.ok((await stream.next()).done)
  })
}

test('a description is sent once to who keeps it, each coding under its own tag', async () => {
  const tags = new Set()
  for (const coding of ['identity', 'gzip', 'br']) {
    const headers = { 'accept-encoding': coding }
    const first = await get('/openapi.json', headers)
    assert.equal(first.headers.get('content-encoding') ?? 'identity', coding)
    assert.equal((await first.json()).openapi, '3.1.0')
    const tag = first.headers.get('etag')
    tags.add(tag)
    const again = await get('/openapi.json', { ...headers, 'if-none-match': tag })
    assert.equal(again.status, 304)
    const other = await get('/openapi.json', { ...headers, 'if-match': '"another"' })
    assert.equal(other.status, 412)
  }
  assert.equal(tags.size, 3)
})

test('the stages of a request are told to who asks', async () => {
  const asked = await get('/api/v1/director/sessions', { ...signedIn(), prefer: 'server-timing' })
  assert.match(asked.headers.get('server-timing'), /^admit;dur=[\d.]+, handle;dur=[\d.]+, total;/)
  const others = await get('/api/v1/director/sessions', signedIn())
  assert.equal(others.headers.get('server-timing'), null)
})

test('a take whose end was answered is over after a kill', async () => {
  for (let round = 0; round < 3; ++round) {
    const take = await server.openTake()
    assert.equal((await end(take)).status, 204)
    await server.killAndRestart()
    assert.equal((await end(take)).status, 404, 'it went on after the kill')
  }
})
