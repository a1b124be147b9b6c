// A WebSocket client that sends exactly the bytes it is told to.

import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'

/** One frame of a client. `rsv` holds the reserved bits; `lengthBytes` asks for a longer form. */
export function frame(opcode, payload, options = {}) {
  const { fin = true, rsv = 0, mask = true, lengthBytes } = options
  const bytes = Buffer.from(payload)
  const extra = lengthBytes ?? (bytes.length < 126 ? 0 : bytes.length < 65536 ? 2 : 8)
  const head = Buffer.alloc(2 + extra)
  head[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode
  head[1] = (mask ? 0x80 : 0) | (extra === 0 ? bytes.length : extra === 2 ? 126 : 127)
  if (extra === 2) head.writeUInt16BE(bytes.length, 2)
  if (extra === 8) head.writeBigUInt64BE(BigInt(bytes.length), 2)
  if (!mask) return Buffer.concat([head, bytes])
  const key = randomBytes(4)
  for (let i = 0; i < bytes.length; ++i) bytes[i] ^= key[i % 4]
  return Buffer.concat([head, key, bytes])
}

/** Takes whole frames of a server from the front of `bytes`; gives them and what is left. */
function takeFrames(bytes) {
  const frames = []
  for (;;) {
    if (bytes.length < 2) return { frames, rest: bytes }
    let length = bytes[1] & 0x7f
    let begin = 2
    if (length === 126) begin = 4
    if (length === 127) begin = 10
    if (bytes.length < begin) return { frames, rest: bytes }
    if (begin === 4) length = bytes.readUInt16BE(2)
    if (begin === 10) length = Number(bytes.readBigUInt64BE(2))
    if (bytes.length < begin + length) return { frames, rest: bytes }
    const [first, second] = bytes
    if (second & 0x80) throw new Error('a frame of the server is masked')
    if (!(first & 0x80)) throw new Error('the server sends fragments, which it never does')
    if (first & 0x70) throw new Error('a frame of the server has a reserved bit')
    frames.push({ opcode: first & 15, payload: bytes.subarray(begin, begin + length) })
    bytes = bytes.subarray(begin + length)
  }
}

async function sendHandshake(origin, changed) {
  const { hostname, port, host } = new URL(origin)
  const socket = connect({ host: hostname, port, noDelay: true, allowHalfOpen: true })
  socket.on('error', () => {})
  await once(socket, 'connect')
  const headers = {
    Host: host,
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    ...changed,
  }
  const lines = Object.entries(headers).filter(([, value]) => value !== undefined)
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  socket.write(`GET /echo HTTP/1.1\r\n${head}\r\n`)
  let seen = ''
  while (!seen.includes('\r\n\r\n')) {
    const [chunk] = await once(socket, 'data')
    seen += chunk.toString('latin1')
  }
  const [first, ...rest] = seen.slice(0, seen.indexOf('\r\n\r\n')).split('\r\n')
  const answered = new Map(
    rest.map(line => [line.split(':')[0].toLowerCase(), line.split(':').slice(1).join(':').trim()]),
  )
  return { socket, status: Number(first.split(' ')[1]), headers: answered }
}

/** The answer to a handshake in which some headers are others, or are not there (undefined). */
export async function shake(origin, changed) {
  const { socket, ...answer } = await sendHandshake(origin, changed)
  socket.destroy()
  return answer
}

/** A client after its handshake. */
export async function openRaw(origin) {
  const { socket, status } = await sendHandshake(origin, {})
  if (status !== 101) throw new Error(`the handshake is answered with ${status}`)
  const frames = []
  let rest = Buffer.alloc(0)
  let parts = []
  let failure
  const ended = new Promise(done => {
    socket.on('data', chunk => {
      parts.push(chunk)
      try {
        const taken = takeFrames(Buffer.concat([rest, ...parts]))
        frames.push(...taken.frames)
        rest = taken.rest
        parts = []
      } catch (error) {
        failure = error
        socket.destroy()
      }
    })
    socket.on('end', done)
    socket.on('close', done)
  })
  return {
    /** Sends the bytes, in pieces of `chop` if given, each as a packet of its own. */
    async send(bytes, chop = bytes.length) {
      for (let at = 0; at < bytes.length && !socket.destroyed; at += chop) {
        await new Promise(done => socket.write(bytes.subarray(at, at + chop), () => done()))
      }
    },
    /** All frames of the server up to the end of the connection. */
    async untilEnd() {
      await ended
      socket.destroy()
      if (failure) throw failure
      return frames
    },
    destroy: () => socket.destroy(),
  }
}
