// D-10, D-33: resumable uploads by tus 1.0.0 with the official client (tus-js-client), cut in the
// middle, killed and restarted; and by the bytes, what the protocol says of each header.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { createRequire } from 'node:module'
import { startCuttingProxy } from '../browser/cutting_proxy.mjs'
import { makeFilm, sha256 } from './films.mjs'
import { startServer } from './server.mjs'

const tus = createRequire(new URL('../../apps/director/web/', import.meta.url))('tus-js-client')

const uploads = '/api/v1/director/uploads'
const tusType = 'application/offset+octet-stream'
const encoded = text => Buffer.from(text).toString('base64')

let server

before(async () => {
  server = await startServer()
})

after(async () => {
  assert.equal(await server?.stop(), 0)
})

const authorization = () => ({ authorization: `Bearer ${server.token}` })

async function ask(method, where, { headers = {}, body, version = '1.0.0' } = {}) {
  return fetch(new URL(where, server.origin), {
    method,
    headers: {
      ...authorization(),
      ...(version && { 'Tus-Resumable': version }),
      ...headers,
    },
    body,
    duplex: 'half',
  })
}

async function clip(id) {
  const answer = await ask('GET', `/api/v1/director/assets/${id}`, { version: '' })
  assert.equal(answer.status, 200)
  return answer.json()
}

/** Creates an upload by the bytes; gives where it is. */
async function create(bytes, metadata = `filename ${encoded('film.webm')}`) {
  const answer = await ask('POST', uploads, {
    headers: { 'Upload-Length': String(bytes), 'Upload-Metadata': metadata },
  })
  assert.equal(answer.status, 201, await answer.text())
  assert.ok(Date.parse(answer.headers.get('Upload-Expires')) > Date.now())
  return answer.headers.get('Location')
}

const patch = (where, offset, body, headers = {}) =>
  ask('PATCH', where, {
    headers: { 'Content-Type': tusType, 'Upload-Offset': String(offset), ...headers },
    body,
  })

async function offsetOf(where) {
  const answer = await ask('HEAD', where)
  assert.ok(answer.status === 200 || answer.status === 204, `HEAD ${answer.status}`)
  assert.match(answer.headers.get('Cache-Control'), /no-store/)
  return Number(answer.headers.get('Upload-Offset'))
}

/** Uploads with the official client; gives the id of the clip. */
function upload(bytes, options = {}) {
  return new Promise((resolve, reject) => {
    let asset
    const sending = new tus.Upload(bytes, {
      endpoint: server.origin + uploads,
      headers: authorization(),
      retryDelays: [20, 50, 100, 200, 500, 1000, 1000, 1000, 1000],
      metadata: { filename: 'film.webm' },
      onAfterResponse: (request, response) => {
        asset = response.getHeader('Upload-Asset') ?? asset
      },
      onError: reject,
      onSuccess: () => resolve(asset),
      ...options,
    })
    sending.start()
  })
}

test('the official client uploads a film with its name and what is told of it', async () => {
  const film = await makeFilm({ width: 160 })
  const id = await upload(film, {
    metadata: { filename: '海の波 – höst.webm', title: 'Waves', tags: 'sea,blue', filetype: 'a/b' },
  })
  const made = await clip(id)
  assert.equal(made.contentHash, sha256(film))
  assert.equal(made.fileName, '海の波 – höst.webm')
  assert.equal(made.title, 'Waves')
  assert.deepEqual(made.tags, ['sea', 'blue'])
})

test('in many pieces, with the first in the creation', async () => {
  const film = await makeFilm({ width: 170 })
  const id = await upload(film, { chunkSize: 1000, uploadDataDuringCreation: true })
  assert.equal((await clip(id)).contentHash, sha256(film))
})

test('with POST in place of PATCH', async () => {
  const film = await makeFilm({ width: 180 })
  const id = await upload(film, { overridePatchMethod: true })
  assert.equal((await clip(id)).contentHash, sha256(film))
})

test('over a connection that is cut again and again', async () => {
  const film = await makeFilm({ width: 640, seconds: 4, noise: true })
  const proxy = await startCuttingProxy(server.origin)
  let cuts = 0
  const timer = setInterval(() => {
    if (cuts++ >= 8) return
    proxy.cut()
    setTimeout(() => proxy.mend(), 20)
  }, 60)
  try {
    const id = await upload(film, {
      endpoint: proxy.origin + uploads,
      chunkSize: Math.ceil(film.length / 12),
      onShouldRetry: () => true,
    })
    assert.ok(cuts > 0, 'it was cut')
    assert.equal((await clip(id)).contentHash, sha256(film))
  } finally {
    clearInterval(timer)
    proxy.close()
  }
})

test('over kills of the server: what was acknowledged is there', async () => {
  const film = await makeFilm({ width: 650, seconds: 2, noise: true })
  const where = await create(film.length)
  let offset = 0
  for (let round = 0; round < 4; ++round) {
    const end = Math.min(offset + Math.floor(film.length / 5), film.length)
    const answer = await patch(where, offset, film.subarray(offset, end))
    assert.equal(answer.status, 204)
    offset = Number(answer.headers.get('Upload-Offset'))
    assert.equal(offset, end)
    await server.killAndRestart()
    assert.equal(await offsetOf(where), offset)
  }
  const last = await patch(where, offset, film.subarray(offset))
  assert.equal(last.status, 204)
  assert.equal((await clip(last.headers.get('Upload-Asset'))).contentHash, sha256(film))
})

test('a request that is cut in its body keeps what came', async () => {
  const film = await makeFilm({ width: 660, seconds: 1, noise: true })
  const where = await create(film.length)
  const half = Math.floor(film.length / 2)
  const controller = new AbortController()
  const body = new ReadableStream({
    pull(stream) {
      stream.enqueue(film.subarray(0, half))
      setTimeout(() => controller.abort(), 200)
      return new Promise(() => {})
    },
  })
  await assert.rejects(
    fetch(new URL(where, server.origin), {
      method: 'PATCH',
      headers: {
        ...authorization(),
        'Tus-Resumable': '1.0.0',
        'Content-Type': tusType,
        'Upload-Offset': '0',
      },
      body,
      duplex: 'half',
      signal: controller.signal,
    }),
  )
  let offset = 0
  for (let tries = 0; tries < 100 && offset !== half; ++tries) {
    const answer = await ask('HEAD', where)
    offset = Number(answer.headers.get('Upload-Offset') ?? 0)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  assert.equal(offset, half)
  const last = await patch(where, half, film.subarray(half))
  assert.equal((await clip(last.headers.get('Upload-Asset'))).contentHash, sha256(film))
})

test('the same file twice is one clip', async () => {
  const film = await makeFilm({ width: 190 })
  assert.equal(await upload(film), await upload(film))
})

test('what is served is told', async () => {
  const answer = await ask('OPTIONS', uploads, { version: '' })
  assert.equal(answer.status, 204)
  assert.equal(answer.headers.get('Tus-Version'), '1.0.0')
  assert.equal(
    answer.headers.get('Tus-Extension'),
    'creation,creation-defer-length,creation-with-upload,expiration,termination,checksum',
  )
  assert.equal(answer.headers.get('Tus-Checksum-Algorithm'), 'sha1,sha256')
  assert.equal(answer.headers.get('Tus-Max-Size'), String(2 ** 31))
})

test('another version is refused, with the one that is known', async () => {
  for (const version of ['', '0.2.2', '2.0.0']) {
    const answer = await ask('POST', uploads, { version, headers: { 'Upload-Length': '5' } })
    assert.equal(answer.status, 412)
    assert.equal(answer.headers.get('Tus-Version'), '1.0.0')
  }
})

test('broken requests are told apart', async () => {
  const where = await create(10)
  const refused = async (status, answer) => {
    const { headers } = await answer
    assert.equal((await answer).status, status)
    assert.equal(headers.get('Tus-Resumable'), '1.0.0')
  }
  await refused(400, ask('POST', uploads))
  await refused(400, ask('POST', uploads, { headers: { 'Upload-Length': '-1' } }))
  await refused(400, ask('POST', uploads, { headers: { 'Upload-Defer-Length': '2' } }))
  await refused(413, ask('POST', uploads, { headers: { 'Upload-Length': String(2 ** 31 + 1) } }))
  await refused(422, ask('POST', uploads, { headers: { 'Upload-Length': '0' } }))
  const long = `title ${encoded('a'.repeat(201))}`
  await refused(
    400,
    ask('POST', uploads, { headers: { 'Upload-Length': '5', 'Upload-Metadata': long } }),
  )
  await refused(409, patch(where, 5, 'hello'))
  await refused(400, patch(where, 'x', 'hello'))
  await refused(413, patch(where, 0, 'hello world'))
  await refused(415, patch(where, 0, 'hello', { 'Content-Type': 'text/plain' }))
  await refused(400, patch(where, 0, 'hello', { 'Upload-Checksum': 'md5 AAAA' }))
  await refused(404, patch(`${uploads}/upl_00000000000000000000000000`, 0, 'hello'))
  await refused(404, ask('HEAD', `${uploads}/nonsense`))
  await refused(400, ask('POST', where, { headers: { 'X-HTTP-Method-Override': 'GET' } }))
  assert.equal(await offsetOf(where), 0)
})

test('a checksum is heeded', async () => {
  const where = await create(10)
  const sum = text => `sha1 ${createHash('sha1').update(text).digest('base64')}`
  const wrong = await patch(where, 0, 'hello', { 'Upload-Checksum': sum('other') })
  assert.equal(wrong.status, 460)
  assert.equal(await offsetOf(where), 0)
  const right = await patch(where, 0, 'hello', { 'Upload-Checksum': sum('hello') })
  assert.equal(right.status, 204)
  assert.equal(await offsetOf(where), 5)
})

test('a terminated upload is gone', async () => {
  const where = await create(10)
  assert.equal((await ask('DELETE', where)).status, 204)
  assert.equal((await ask('HEAD', where)).status, 404)
})

test('what is no film is refused at its last byte, and says why', async () => {
  const words = 'These are words, no film.\n'
  await assert.rejects(upload(Buffer.from(words)), /This is text, not a film or a picture/)
})

test('nobody and guests upload nothing', async () => {
  const answer = await fetch(server.origin + uploads, {
    method: 'POST',
    headers: { 'Tus-Resumable': '1.0.0', 'Upload-Length': '5' },
  })
  assert.equal(answer.status, 401)
})
