// A raw client of `/echo` that sends bytes and looks at the frames that come back.

import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { startEcho } from './server.mjs'
import { frame, openRaw } from './raw_socket.mjs'

export const text = 1
export const binary = 2
export const close = 8
export const ping = 9
export const pong = 10
export const continuation = 0

export const normal = 1000
export const protocolError = 1002
export const invalidPayload = 1007
export const policyViolation = 1008
export const tooBig = 1009

/** The running echo server. */
export let server

before(async () => {
  server = await startEcho([])
})

after(async () => {
  assert.equal(await server?.stop(), 0)
})

export const open = () => openRaw(server.origin)
export const closeFrame = (code, reason = '') =>
  frame(close, Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]))

/** What comes back for these bytes: [opcode, payload] of each frame, the last one a close. */
export async function answers(bytes, chop) {
  const socket = await open()
  await socket.send(bytes, chop)
  return socket.untilEnd()
}

export const codeOf = frames => {
  const last = frames.at(-1)
  assert.equal(last?.opcode, close, 'the connection ended without a close frame')
  return last.payload.length ? last.payload.readUInt16BE() : undefined
}

export async function refused(bytes, code, chop) {
  const frames = await answers(bytes, chop)
  assert.equal(codeOf(frames), code)
  return frames.slice(0, -1)
}

/** The frames come back as these, and the connection is good for a normal close afterwards. */
export async function echoed(bytes, expected, chop) {
  const frames = await answers(Buffer.concat([bytes, closeFrame(normal)]), chop)
  assert.equal(codeOf(frames), normal)
  const got = frames.slice(0, -1).map(({ opcode, payload }) => [opcode, payload.toString('latin1')])
  const wanted = expected.map(([opcode, payload]) => [
    opcode,
    Buffer.from(payload).toString('latin1'),
  ])
  assert.deepEqual(got, wanted)
}
