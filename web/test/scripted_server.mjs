// Stands in for the server while one looks at the pages: serves the built files with the server's
// Content-Security-Policy and answers the API. A script inside Playwright answers the socket.

import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import path from 'node:path'
import { takeAnswers, takes } from './scripted_takes.mjs'

const policy =
  "default-src 'self'; media-src 'self' blob:; img-src 'self' data: blob:; " +
  "connect-src 'self' ws: wss:; worker-src 'self' blob:"

const types = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.jpg': 'image/jpeg',
  '.woff2': 'font/woff2',
  '.webm': 'video/webm',
}

const clip = (assetId, title, topic, confidence) => ({
  assetId,
  title,
  topic,
  confidence,
  thumb: 'none',
  standing: 'free',
  duration: 4,
  url: `/api/v1/director/assets/${assetId}/media`,
  thumbnailUrl: `/api/v1/director/assets/${assetId}/thumbnail`,
})

export const clips = [
  clip('football-goal', 'Football flies into the goal', 'football', 0.93),
  clip('trophy-win', 'A golden trophy is lifted', 'winning', 0.71),
  clip('basketball-hoop', 'Basketball through the hoop', 'basketball', 0.34),
  clip('ocean-waves', 'Waves roll onto a beach', 'sea', 0.3),
  clip('coffee-steam', 'Steam over a cup of coffee', 'coffee', 0.3),
  clip('electric-car', 'Electric car at a charger', 'electric cars', 0.3),
  clip('heart-pulse', 'Pulse on a heart monitor', 'health', 0.3),
  clip('bookshelf', 'Books on a shelf', 'learning', 0.3),
]

const answers = {
  ...takeAnswers,
  '/api/v1/identity/me': { id: 'usr_1', kind: 'user', tenantId: 'ten_1', permissions: ['*'] },
  '/api/v1/director/assets': { items: clips },
  '/api/v1/director/assets/search': { results: clips.slice(0, 3) },
  '/api/v1/director/library': { assets: 8, topics: [], bytes: 1.5e6, bytesMax: 1e10 },
}
const takesPath = '/api/v1/director/sessions'
const uploadsPath = '/api/v1/director/uploads'
const opened = { sessionId: 'ses_1', wsUrl: '/ws/director?sessionId=ses_1' }

/**
 * Listens on a free port.
 * @param clipFolder  of the starter library's films; without it pictures are missing
 * @returns {Promise<{origin: string, close(): void}>}
 */
export async function startScripted({ dist, clipFolder, signedIn = true }) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://any')
    if (pathname.endsWith('/me') && !signedIn) return refuse(response)
    if (pathname === takesPath) {
      return sendJson(response, 200, request.method === 'POST' ? opened : { items: takes })
    }
    if (pathname.startsWith(uploadsPath)) return takeUpload(request, response)
    if (pathname in answers) return sendJson(response, 200, answers[pathname])
    const media = /assets\/([\w-]+)\/(media|thumbnail)$/.exec(pathname)
    if (media) return sendFile(response, mediaFile(clipFolder, media[1], media[2]))
    return sendFile(response, path.join(dist, path.extname(pathname) ? pathname : '/index.html'))
  })
  await new Promise(done => server.listen(0, '127.0.0.1', done))
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { origin: `http://127.0.0.1:${server.address().port}`, close }
}

function sendJson(response, status, body) {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
}

let uploaded = 0 // all of a recording is welcome, and forgotten

function takeUpload(request, response) {
  if (request.method === 'POST') uploaded = 0
  request.on('data', data => (uploaded += data.length))
  request.on('end', () => {
    const headers = { Location: `${uploadsPath}/upl_1`, 'Upload-Offset': String(uploaded) }
    response.writeHead(request.method === 'POST' ? 201 : 204, headers).end()
  })
}

function refuse(response) {
  sendJson(response, 401, { title: 'Sign in first.', status: 401, code: 'unauthenticated' })
}

function mediaFile(folder, name, kind) {
  return path.join(folder ?? '', name + (kind === 'media' ? '.webm' : '.jpg'))
}

async function sendFile(response, file) {
  try {
    const body = await readFile(file)
    const type = types[path.extname(file)] ?? 'application/octet-stream'
    response.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': policy }).end(body)
  } catch {
    response.writeHead(404).end()
  }
}

/** Answers hello and then hands the socket to `script`, which sends frames by `emit`. */
export function scriptSocket(page, script) {
  return page.routeWebSocket('**/ws/director*', socket => {
    let seq = 0
    const send = frame => socket.send(JSON.stringify({ ts: new Date().toISOString(), ...frame }))
    const emit = (type, body) => send({ type, seq: ++seq, ...body })
    const drop = (type, body) => send({ type, seq, ...body })
    socket.onMessage(message => {
      if (typeof message !== 'string') return
      const frame = JSON.parse(message)
      if (frame.id) drop('ack', { id: frame.id })
      if (frame.type !== 'hello') return
      send({
        type: 'welcome',
        seq: 0,
        sessionId: 'ses_1',
        epoch: 1,
        recovered: false,
        snapshot: {
          state: 'connected',
          language: 'en',
          layout: 'fullscreen',
          paused: false,
          mode: 'automatic',
          coverage: 0.5,
          proposals: [],
          utterances: 0,
          endSample: 0,
          transcript: [],
        },
        audio: { receivedSamples: 0, rate: 16000 },
      })
      script({ emit, drop })
    })
  })
}
