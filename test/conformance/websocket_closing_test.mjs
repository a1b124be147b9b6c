// E-20, E-23: the rest of that list: UTF-8, closing, compression, and the handshake.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { frame, shake } from './raw_socket.mjs'
import {
  answers,
  binary,
  close,
  closeFrame,
  codeOf,
  continuation,
  echoed,
  invalidPayload,
  normal,
  open,
  ping,
  protocolError,
  refused,
  server,
  text,
} from './websocket_rig.mjs'

// 6: UTF-8.

const whole = [
  'Hello-µ@ßöäüàá-UTF-8!!',
  'κόσμε',
  '\u0000\u007f\u0080\u07ff\u0800\ud7ff\ue000\ufffd\uffff',
  '\u{10000}\u{1f600}\u{10ffff}',
]

test('UTF-8: what is good comes back, whole, by octets, cut inside of characters', async () => {
  for (const string of whole) {
    const bytes = Buffer.from(string)
    await echoed(frame(text, bytes), [[text, bytes]])
    await echoed(frame(text, bytes), [[text, bytes]], 1)
    const octets = [...bytes].map((octet, i) =>
      frame(i === 0 ? text : continuation, Buffer.from([octet]), { fin: i === bytes.length - 1 }),
    )
    await echoed(Buffer.concat(octets), [[text, bytes]])
  }
})

const broken = {
  'a stray continuation': [0x80],
  'the end of a character': [0xce],
  'a lead without its tail': [0xce, 0x28],
  'overlong, two': [0xc0, 0xaf],
  'overlong, three': [0xe0, 0x80, 0xaf],
  'overlong, four': [0xf0, 0x80, 0x80, 0xaf],
  'overlong, five': [0xf8, 0x80, 0x80, 0x80, 0xaf],
  'overlong, six': [0xfc, 0x80, 0x80, 0x80, 0x80, 0xaf],
  'half a surrogate pair': [0xed, 0xa0, 0x80],
  'the other half': [0xed, 0xbf, 0xbf],
  'both halves': [0xed, 0xa0, 0x80, 0xed, 0xb0, 0x80],
  'above U+10FFFF': [0xf4, 0x90, 0x80, 0x80],
  'no byte of UTF-8': [0xfe],
  'nor this': [0xff],
}

test('UTF-8: what is none is refused, whole, by octets, in fragments', async () => {
  for (const bytes of Object.values(broken)) {
    const payload = Buffer.concat([Buffer.from('κόσμε'), Buffer.from(bytes)])
    await refused(frame(text, payload), invalidPayload)
    await refused(frame(text, payload), invalidPayload, 1)
    const cut = payload.length - 1
    await refused(
      Buffer.concat([
        frame(text, payload.subarray(0, cut), { fin: false }),
        frame(continuation, payload.subarray(cut)),
      ]),
      invalidPayload,
    )
  }
})

test('UTF-8: refused at the first byte that is none, before the message ends', async () => {
  for (const bytes of [[0xf4, 0x90], [0xed, 0xa0], [0xe0, 0x80], [0xc0], [0xce, 0x28]]) {
    // More bytes are announced, and none of them comes.
    const announced = frame(text, Buffer.concat([Buffer.from(bytes), Buffer.alloc(98)]))
    await refused(announced.subarray(0, 6 + bytes.length), invalidPayload)
    // The same in a message whose last fragment never comes.
    await refused(frame(text, Buffer.from(bytes), { fin: false }), invalidPayload)
  }
})

test('UTF-8: binary messages may hold anything', async () => {
  for (const bytes of Object.values(broken)) await echoed(frame(binary, bytes), [[binary, bytes]])
})

// 7: closing.

test('closing: what comes after a close frame is not answered', async () => {
  for (const later of [frame(text, 'late'), frame(ping, 'late'), closeFrame(normal)]) {
    const frames = await answers(Buffer.concat([closeFrame(normal), later]))
    assert.deepEqual(
      frames.map(({ opcode }) => opcode),
      [close],
    )
    assert.equal(codeOf(frames), normal)
  }
  const unfinished = Buffer.concat([
    frame(text, 'a', { fin: false }),
    closeFrame(normal),
    frame(continuation, 'b'),
  ])
  assert.equal((await answers(unfinished)).length, 1)
})

test('closing: an empty frame, a code, a reason of 123 bytes', async () => {
  assert.equal(codeOf(await answers(frame(close, ''))), undefined)
  assert.equal(codeOf(await answers(closeFrame(normal))), normal)
  assert.equal(codeOf(await answers(closeFrame(normal, 'κόσμε'))), normal)
  assert.equal(codeOf(await answers(closeFrame(normal, 'x'.repeat(123)))), normal)
})

test('closing: half a code, a long reason, a reason that is no UTF-8 are refused', async () => {
  await refused(frame(close, 'x'), protocolError)
  await refused(closeFrame(normal, 'x'.repeat(124)), protocolError)
  for (const bytes of Object.values(broken)) {
    await refused(closeFrame(normal, Buffer.from(bytes)), invalidPayload)
  }
})

test('closing: codes that may be sent are answered with themselves', async () => {
  for (const code of [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999])
    assert.equal(codeOf(await answers(closeFrame(code))), code)
})

test('closing: codes that may not are refused', async () => {
  for (const code of [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535])
    await refused(closeFrame(code), protocolError)
})

test('closing: a message that is still on its way out comes before the close frame', async () => {
  const payload = randomBytes(4 << 20)
  await echoed(frame(binary, payload), [[binary, payload]])
})

test('closing: a connection that just ends harms nobody', async () => {
  for (const bytes of [Buffer.alloc(0), frame(text, 'x').subarray(0, 3), Buffer.from([0x81])]) {
    const socket = await open()
    await socket.send(bytes)
    socket.destroy()
  }
  await echoed(frame(text, 'still here'), [[text, 'still here']])
})

// 12, 13: compression.

test('compression: is offered and not taken, and a compressed frame is refused', async () => {
  const offers = [
    'permessage-deflate',
    'permessage-deflate; client_max_window_bits; server_no_context_takeover',
    'permessage-bzip2, permessage-deflate',
  ]
  for (const offer of offers) {
    const { status, headers } = await shake(server.origin, { 'Sec-WebSocket-Extensions': offer })
    assert.equal(status, 101)
    assert.equal(headers.has('sec-websocket-extensions'), false)
  }
  await refused(frame(text, Buffer.from('f248cdc9c90700', 'hex'), { rsv: 4 }), protocolError)
})

// The handshake (RFC 6455, 4.2).

test('handshake: a good one is answered with the digest of its key', async () => {
  const good = {
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    Connection: 'keep-alive, UPGRADE',
  }
  const { status, headers } = await shake(server.origin, good)
  assert.equal(status, 101)
  assert.equal(headers.get('sec-websocket-accept'), 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=')
  assert.equal(headers.has('sec-websocket-protocol'), false)
})

test('handshake: broken ones are refused', async () => {
  for (const change of [
    { Upgrade: undefined },
    { Upgrade: 'h2c' },
    { Connection: 'close' },
    { 'Sec-WebSocket-Key': undefined },
    { 'Sec-WebSocket-Key': 'c2hvcnQ=' },
    { 'Sec-WebSocket-Key': 'no base64 at all!' },
    { Host: undefined },
  ]) {
    const { status } = await shake(server.origin, change)
    assert.equal(status, 400, JSON.stringify(change))
  }
})

test('handshake: another version is told which one is spoken', async () => {
  for (const version of [undefined, '8', '14', '13, 8']) {
    const { status, headers } = await shake(server.origin, { 'Sec-WebSocket-Version': version })
    assert.equal(status, 426)
    assert.equal(headers.get('sec-websocket-version'), '13')
  }
})
