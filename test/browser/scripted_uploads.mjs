import { randomUUID } from 'node:crypto'
import http from 'node:http'
import net from 'node:net'

const uploads = '/api/v1/director/uploads'
const common = { 'Tus-Resumable': '1.0.0', 'Cache-Control': 'no-store' }

/**
 * A way to a server on which recordings go no further than here: takes them by tus 1.0 with
 * creation-defer-length, and breaks when it is told to. All else goes on to `target`.
 *
 * `cut` breaks all connections and refuses new ones until `mend`; `breakAfter(bytes)` breaks one
 * upload's request after so many bytes of it. `files` is what came in: bytes, length (null until it
 * is said), metadata, how often it broke and was asked about, whether it was deleted.
 */
export async function startScriptedUploads(target) {
  const { hostname, port } = new URL(target)
  const files = new Map()
  const open = new Set()
  const state = { isCut: false, breakAfter: Infinity }

  const server = http.createServer((request, response) => {
    if (request.url.startsWith(uploads)) return take(request, response, files, state)
    const { method, url: path, headers } = request
    const onward = http.request({ hostname, port, method, path, headers }, answer => {
      response.writeHead(answer.statusCode, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  })
  server.on('connection', socket => {
    if (state.isCut) return socket.resetAndDestroy()
    open.add(socket)
    socket.on('close', () => open.delete(socket))
  })
  server.on('upgrade', (request, socket, head) => {
    const onward = net.connect(Number(port), hostname, () => {
      const lines = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`)
      onward.write(`GET ${request.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
      onward.write(head)
      onward.pipe(socket)
      socket.pipe(onward)
    })
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ]) {
      one.on('error', () => other.destroy())
      one.on('close', () => other.destroy())
    }
  })
  await new Promise(done => server.listen(0, '127.0.0.1', done))
  const breakAll = () => open.forEach(socket => socket.resetAndDestroy())
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    files,
    cut() {
      state.isCut = true
      breakAll()
    },
    mend() {
      state.isCut = false
    },
    breakAfter(bytes) {
      state.breakAfter = bytes
    },
    close() {
      server.close()
      breakAll()
    },
  }
}

function take(request, response, files, state) {
  const id = request.url.slice(uploads.length + 1)
  const file = files.get(id)
  if (request.method === 'POST') return begin(request, response, files)
  if (!file || file.isDeleted) return response.writeHead(404, common).end()
  if (request.method === 'HEAD') {
    file.asks += 1
    return response.writeHead(200, standOf(file)).end()
  }
  if (request.method === 'DELETE') {
    file.isDeleted = true
    return response.writeHead(204, common).end()
  }
  return append(request, response, file, state)
}

function begin({ headers }, response, files) {
  if (headers['upload-defer-length'] !== '1') return response.writeHead(400, common).end()
  const id = randomUUID()
  const pairs = headers['upload-metadata'].split(',').map(pair => pair.split(' '))
  const metadata = Object.fromEntries(
    pairs.map(([name, value]) => [name, Buffer.from(value, 'base64').toString()]),
  )
  files.set(id, {
    bytes: Buffer.alloc(0),
    length: null,
    metadata,
    isDeleted: false,
    breaks: 0,
    asks: 0,
  })
  response.writeHead(201, { ...common, Location: `${uploads}/${id}` }).end()
}

// What has arrived of a request that breaks off is kept, as a server does.
function append(request, response, file, state) {
  const { headers } = request
  if (Number(headers['upload-offset']) !== file.bytes.length) {
    return response.writeHead(409, common).end()
  }
  let got = 0
  request.on('data', bytes => {
    const taken = bytes.subarray(0, Math.max(0, state.breakAfter - got))
    file.bytes = Buffer.concat([file.bytes, taken])
    got += taken.length
    if (taken.length === bytes.length) return
    state.breakAfter = Infinity
    file.breaks += 1
    request.socket.resetAndDestroy()
  })
  request.on('end', () => {
    if (request.socket.destroyed) return
    if (headers['upload-length'] !== undefined) file.length = Number(headers['upload-length'])
    response.writeHead(204, standOf(file)).end()
  })
}

function standOf({ bytes, length }) {
  const told =
    length === null ? { 'Upload-Defer-Length': '1' } : { 'Upload-Length': String(length) }
  return { ...common, 'Upload-Offset': String(bytes.length), ...told }
}
