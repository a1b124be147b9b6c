// E-20, E-23: RFC 6455 by the bytes, in the order of the case list that WebSocket libraries are
// usually held against (framing, pings, reserved bits, opcodes, fragments, UTF-8, closing, sizes,
// compression). One raw client over a real socket; no WebSocket library in between.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { startEcho } from './server.mjs'
import { frame, openRaw, shake } from './raw_socket.mjs'

const text = 1
const binary = 2
const close = 8
const ping = 9
const pong = 10
const continuation = 0

const normal = 1000
const protocolError = 1002
const invalidPayload = 1007
const policyViolation = 1008
const tooBig = 1009

let server

before(async () => {
  server = await startEcho([])
})

after(async () => {
  assert.equal(await server?.stop(), 0)
})

const open = () => openRaw(server.origin)
const closeFrame = (code, reason = '') =>
  frame(close, Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]))

/** What comes back for these bytes: [opcode, payload] of each frame, the last one a close. */
async function answers(bytes, chop) {
  const socket = await open()
  await socket.send(bytes, chop)
  return socket.untilEnd()
}

const codeOf = frames => {
  const last = frames.at(-1)
  assert.equal(last?.opcode, close, 'the connection ended without a close frame')
  return last.payload.length ? last.payload.readUInt16BE() : undefined
}

async function refused(bytes, code, chop) {
  const frames = await answers(bytes, chop)
  assert.equal(codeOf(frames), code)
  return frames.slice(0, -1)
}

/** The frames come back as these, and the connection is good for a normal close afterwards. */
async function echoed(bytes, expected, chop) {
  const frames = await answers(Buffer.concat([bytes, closeFrame(normal)]), chop)
  assert.equal(codeOf(frames), normal)
  const got = frames.slice(0, -1).map(({ opcode, payload }) => [opcode, payload.toString('latin1')])
  const wanted = expected.map(([opcode, payload]) => [
    opcode,
    Buffer.from(payload).toString('latin1'),
  ])
  assert.deepEqual(got, wanted)
}

// 1, 9, 10: framing and sizes.

for (const size of [0, 1, 125, 126, 127, 128, 65535, 65536]) {
  test(`framing: ${size} bytes, whole and in pieces of 997 bytes`, async () => {
    for (const opcode of [text, binary]) {
      const payload = Buffer.alloc(size, opcode === text ? '*' : 0xfe)
      await echoed(frame(opcode, payload), [[opcode, payload]])
      await echoed(frame(opcode, payload), [[opcode, payload]], 997)
    }
  })
}

test('framing: large messages, whole and as fragments of every size', async () => {
  const payload = randomBytes(1 << 20)
  await echoed(frame(binary, payload), [[binary, payload]])
  for (const size of [64, 256, 1300, 4096, 65536, 262144]) {
    const pieces = []
    for (let at = 0; at < payload.length; at += size) {
      pieces.push(
        frame(at === 0 ? binary : continuation, payload.subarray(at, at + size), {
          fin: at + size >= payload.length,
        }),
      )
    }
    await echoed(Buffer.concat(pieces), [[binary, payload]])
  }
})

test('framing: a length in a longer form than it needs is refused', async () => {
  await refused(frame(binary, 'x', { lengthBytes: 2 }), protocolError)
  await refused(frame(binary, 'x'.repeat(200), { lengthBytes: 8 }), protocolError)
})

test('framing: a client frame without a mask is refused', async () => {
  await refused(frame(text, 'x', { mask: false }), protocolError)
})

test('sizes: a message above 16 MiB is refused by its header alone', async () => {
  const head = Buffer.from([0x82, 0xff, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0])
  await refused(head, tooBig)
  const half = Buffer.alloc(9 << 20)
  await refused(Buffer.concat([frame(binary, half, { fin: false }), frame(0, half)]), tooBig)
})

// 2: pings and pongs.

test('pings: each has its pong, with its payload, also octet by octet', async () => {
  for (const payload of ['', 'Hello', Buffer.from([0, 255, 254, 253]), 'x'.repeat(125)]) {
    await echoed(frame(ping, payload), [[pong, payload]])
    await echoed(frame(ping, payload), [[pong, payload]], 1)
  }
  const ten = Array.from({ length: 10 }, (_, i) => `payload-${i}`)
  await echoed(Buffer.concat(ten.map(payload => frame(ping, payload))), [
    ...ten.map(payload => [pong, payload]),
  ])
})

test('pings: one of 126 bytes is refused', async () => {
  await refused(frame(ping, 'x'.repeat(126)), protocolError)
})

test('pings: a pong that nobody asked for has no answer', async () => {
  await echoed(
    Buffer.concat([frame(pong, ''), frame(pong, 'unsolicited'), frame(ping, 'asked')]),
    [[pong, 'asked']],
  )
})

test('pings: a flood is closed', async () => {
  const flood = Buffer.concat(Array.from({ length: 2000 }, () => frame(ping, 'x')))
  await refused(flood, policyViolation)
})

// 3: reserved bits.

test('reserved bits: refused, on every kind of frame, after what was good', async () => {
  for (const rsv of [1, 2, 3, 4, 5, 6, 7]) {
    for (const opcode of [text, binary, ping, close]) {
      await refused(frame(opcode, '', { rsv }), protocolError)
    }
  }
  const got = await refused(
    Buffer.concat([frame(text, 'good'), frame(text, 'bad', { rsv: 4 }), frame(ping, '')]),
    protocolError,
  )
  assert.deepEqual(
    got.map(({ payload }) => `${payload}`),
    ['good'],
  )
})

// 4: opcodes.

test('opcodes: those that are not defined are refused, also octet by octet', async () => {
  for (const opcode of [3, 4, 5, 6, 7, 11, 12, 13, 14, 15]) {
    for (const payload of ['', 'x']) {
      await refused(frame(opcode, payload), protocolError, 1)
      const got = await refused(
        Buffer.concat([frame(text, 'good'), frame(opcode, payload), frame(ping, '')]),
        protocolError,
      )
      assert.equal(got.length, 1)
    }
  }
})

// 5: fragments.

test('fragments: of a control frame are refused', async () => {
  for (const opcode of [ping, pong, close]) {
    await refused(
      Buffer.concat([frame(opcode, 'a', { fin: false }), frame(continuation, 'b')]),
      protocolError,
    )
  }
})

test('fragments: come together, with pings answered between', async () => {
  const first = frame(text, 'frag', { fin: false })
  const middle = frame(continuation, '', { fin: false })
  const last = frame(continuation, 'ment')
  for (const chop of [undefined, 1]) {
    await echoed(Buffer.concat([first, last]), [[text, 'fragment']], chop)
    await echoed(
      Buffer.concat([first, frame(ping, '1'), middle, frame(ping, '2'), frame(pong, ''), last]),
      [
        [pong, '1'],
        [pong, '2'],
        [text, 'fragment'],
      ],
      chop,
    )
  }
  await echoed(
    Buffer.concat([frame(text, '', { fin: false }), middle, frame(continuation, '')]),
    [[text, '']],
  )
})

test('fragments: a continuation of nothing is refused', async () => {
  for (const fin of [true, false]) {
    await refused(
      Buffer.concat([frame(continuation, 'x', { fin }), frame(text, 'y')]),
      protocolError,
    )
    const got = await refused(
      Buffer.concat([
        frame(text, 'a', { fin: false }),
        frame(continuation, 'b'),
        frame(continuation, 'c', { fin }),
      ]),
      protocolError,
    )
    assert.equal(`${got[0].payload}`, 'ab')
  }
})

test('fragments: a new message inside of one is refused', async () => {
  for (const opcode of [text, binary]) {
    await refused(
      Buffer.concat([frame(text, 'a', { fin: false }), frame(opcode, 'b')]),
      protocolError,
    )
  }
})

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
