// D-10: real films through the real program: forms and plain bodies, names in every script, the
// same file twice, previews with progress, lists of clips from HTTP and from the command line.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { makeFilm, makeSound, sha256 } from './films.mjs'
import { startServer } from './server.mjs'

const run = promisify(execFile)
const root = '/api/v1/director'

let server

before(async () => {
  server = await startServer()
})

after(async () => {
  assert.equal(await server?.stop(), 0)
})

async function ask(method, where, { headers = {}, body } = {}) {
  return fetch(server.origin + where, {
    method,
    headers: { authorization: `Bearer ${server.token}`, ...headers },
    body,
  })
}

async function told(method, where, options) {
  const answer = await ask(method, where, options)
  const text = await answer.text()
  return { status: answer.status, body: text && JSON.parse(text) }
}

const form = (film, name, fields = {}) => {
  const body = new FormData()
  for (const [field, value] of Object.entries(fields)) body.append(field, value)
  body.append('file', new Blob([film]), name)
  return body
}

async function prepared(id) {
  for (;;) {
    const { body } = await told('GET', `${root}/assets/${id}`)
    if (body.state !== 'processing') return body
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

test('a form with a film becomes a clip; sent again it is the same', async () => {
  const film = await makeFilm({ name: 'film.mp4', width: 160 })
  const fields = { title: 'Hav', tags: 'blått,våg', licence: 'CC0-1.0', attribution: 'Någon' }
  const first = await told('POST', `${root}/assets`, { body: form(film, 'havet – 海.mp4', fields) })
  assert.equal(first.status, 201, JSON.stringify(first.body))
  assert.equal(first.body.isNew, true)
  assert.equal(first.body.fileName, 'havet – 海.mp4')
  const clip = await prepared(first.body.assetId)
  assert.equal(clip.state, 'ready', clip.problem)
  assert.deepEqual(clip.tags, ['blått', 'våg'])
  const original = await ask('GET', clip.originalUrl)
  assert.equal(sha256(Buffer.from(await original.arrayBuffer())), sha256(film))
  const disposition = original.headers.get('content-disposition')
  assert.equal(decodeURIComponent(disposition.split("UTF-8''")[1]), 'havet – 海.mp4')
  const still = await ask('GET', clip.thumbnailUrl)
  assert.equal(still.headers.get('content-type'), 'image/jpeg')
  const again = await told('POST', `${root}/assets/upload`, { body: form(film, 'other.mp4') })
  assert.equal(again.status, 200)
  assert.equal(again.body.isNew, false)
  assert.equal(again.body.assetId, clip.assetId)
})

test('a plain body gets a preview, and who watches sees how far it is', async () => {
  const { body: watch } = await told('POST', `${root}/library/sessions`)
  const events = await ask('GET', `${root}/library/sessions/${watch.sessionId}/events`)
  const film = await makeFilm({ name: 'film.avi', width: 320, seconds: 6 })
  const name = encodeURIComponent('प्रयोग 🎬.avi')
  const sent = await told('POST', `${root}/assets/raw?fileName=${name}`, { body: film })
  assert.equal(sent.status, 201, JSON.stringify(sent.body))
  const seen = []
  let text = ''
  for await (const piece of events.body.pipeThrough(new TextDecoderStream())) {
    text += piece
    seen.push(...text.split('\n\n').slice(0, -1))
    text = text.slice(text.lastIndexOf('\n\n') + 2)
    if (seen.some(event => event.includes('"ready"'))) break
  }
  const progress = seen.filter(event => event.includes('library_progress'))
  assert.ok(progress.length > 0, 'progress is told')
  const clip = await prepared(sent.body.assetId)
  assert.equal(clip.fileName, 'प्रयोग 🎬.avi')
  const shown = await ask('GET', clip.url, { headers: { Range: 'bytes=0-3' } })
  assert.equal(shown.status, 206)
  assert.equal(shown.headers.get('content-type'), 'video/webm')
  assert.deepEqual([...new Uint8Array(await shown.arrayBuffer())], [0x1a, 0x45, 0xdf, 0xa3])
  const { body: job } = await told('GET', `/api/v1/jobs/${clip.jobId}`)
  assert.equal(job.state, 'done')
})

test('a preparation goes on after a kill', async () => {
  const film = await makeFilm({ name: 'film.avi', width: 640, seconds: 5 })
  const sent = await told('POST', `${root}/assets/raw`, { body: film })
  await server.killAndRestart()
  assert.equal((await prepared(sent.body.assetId)).state, 'ready')
})

test('bad media is refused with what is wrong', async () => {
  const film = await makeFilm({ name: 'film.mp4', width: 170 })
  const sound = await makeSound()
  for (const [bytes, status, words] of [
    [Buffer.from('words, no film'), 415, /This is text/],
    [film.subarray(0, film.length / 2), 422, /cut off, broken/],
    [sound, 415, /no picture/],
    [Buffer.alloc(0), 422, /empty/],
  ]) {
    const { status: got, body } = await told('POST', `${root}/assets`, {
      body: form(bytes, 'film.mp4'),
    })
    assert.equal(got, status, body.detail)
    assert.match(body.detail, words)
  }
})

test('the command line imports, tells what is wrong, and goes on where it was', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'antiphon-import-'))
  const importing = async source => {
    const environment = { ...process.env, ANTIPHON_TOKEN: server.token }
    const args = ['director', 'import', source, '--server', server.origin]
    try {
      const { stdout, stderr } = await run(process.env.ANTIPHON, args, { env: environment })
      return { code: 0, stdout, stderr }
    } catch ({ code, stdout, stderr }) {
      return { code, stdout, stderr }
    }
  }
  try {
    await mkdir(path.join(folder, 'hav'))
    await writeFile(path.join(folder, 'hav', 'våg.webm'), await makeFilm({ width: 200 }))
    await writeFile(path.join(folder, 'b.webm'), await makeFilm({ width: 210 }))
    await writeFile(path.join(folder, 'broken.mp4'), 'words, no film')
    await writeFile(path.join(folder, 'notes.txt'), 'not looked at')
    const first = await importing(folder)
    assert.equal(first.code, 1)
    assert.match(first.stdout, /3 clips: 2 new, 0 there already, 1 failed/)
    assert.match(first.stderr, /broken\.mp4\): This is text/)

    const list = path.join(folder, 'list.csv')
    const lines = ['file,title,tags', 'hav/våg.webm,Wave,"sea,blue"', 'missing.webm,,', 'b.webm,B']
    await writeFile(list, lines.join('\n') + '\n')
    const second = await importing(list)
    assert.equal(second.code, 1)
    assert.match(second.stdout, /3 clips: 0 new, 1 there already, 0 failed, 1 invalid, 1 waiting/)
    assert.match(second.stderr, /line 4: The line has 2 cells; there are 3 columns/)
    assert.match(second.stderr, /missing\.webm\): there is no such file/)

    await writeFile(path.join(folder, 'missing.webm'), await makeFilm({ width: 220 }))
    const third = await importing(list)
    assert.match(third.stdout, /3 clips: 1 new, 1 there already, 0 failed, 1 invalid, 0 waiting/)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('a list over HTTP: each line by itself', async () => {
  const csv = 'file;title\na.webm;Åska\nb.webm;Blixt\n'
  const begun = await told('POST', `${root}/imports?name=Weather`, {
    headers: { 'content-type': 'text/csv' },
    body: csv,
  })
  assert.equal(begun.status, 201)
  assert.equal(begun.body.waiting, 2)
  const lines = `${root}/imports/${begun.body.importId}/lines`
  const film = await makeFilm({ width: 230 })
  const taken = await told('PUT', `${lines}/2/file`, { body: film })
  assert.equal(taken.status, 200)
  assert.equal(taken.body.title, 'Åska')
  const refused = await told('PUT', `${lines}/3/file`, { body: 'words' })
  assert.equal(refused.status, 415)
  const { body: failed } = await told('GET', `${lines}?state=failed`)
  assert.deepEqual(
    failed.items.map(({ line, file, state }) => [line, file, state]),
    [[3, 'b.webm', 'failed']],
  )
  assert.equal((await told('PUT', `${lines}/9/file`, { body: film })).status, 404)
  const again = await told('POST', `${root}/imports`, {
    headers: { 'content-type': 'text/csv' },
    body: csv,
  })
  assert.equal(again.status, 200)
  assert.equal(again.body.taken, 1)
  const bad = await told('POST', `${root}/imports`, {
    headers: { 'content-type': 'text/csv' },
    body: 'titel\n',
  })
  assert.equal(bad.status, 400)
})
