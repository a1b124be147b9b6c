// E-20, E-23: RFC 6455 by the bytes, in the order of the case list that WebSocket libraries are
// usually held against: framing, sizes, pings, reserved bits, opcodes, fragments. One raw client
// over a real socket; no WebSocket library in between.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { frame } from './raw_socket.mjs'
import {
  binary,
  close,
  continuation,
  echoed,
  ping,
  policyViolation,
  pong,
  protocolError,
  refused,
  text,
  tooBig,
} from './websocket_rig.mjs'

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
