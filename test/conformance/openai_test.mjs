// E-38, E-33, E-27: the official client of OpenAI against the whole program, which asks the
// scripted model server: what it gives, and what it makes of errors, cuts and cancels.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import OpenAI, { toFile } from 'openai'
import { startModels, startServer } from './server.mjs'

let models
let server
let openai

before(async () => {
  models = await startModels()
  server = await startServer(`
[[providers]]
name = "standin"
kind = "openai"
url = "${models.origin}/v1"
# What one test breaks is not held against the instance in the next.
[gateway]
breaker_failures = 1000
[[gateway.instances]]
name = "standin"
models = ["small"]
embedding_models = ["vectors"]
[[gateway.groups]]
name = "default"
members = ["standin/small"]
[[gateway.groups]]
name = "embeddings"
members = ["standin/vectors"]
`)
  openai = new OpenAI({ baseURL: `${server.origin}/v1`, apiKey: await server.makeKey() })
})

after(async () => {
  assert.equal(await server?.stop(), 0)
  assert.equal(await models?.stop(), 0)
})

const messages = [{ role: 'user', content: 'one two three' }]
const chat = (more = {}) => openai.chat.completions.create({ model: 'default', messages, ...more })

/** All that a stream says, and what it ended with. */
async function collect(stream) {
  const found = { text: '', finish: null, usage: null }
  try {
    for await (const chunk of stream) {
      found.text += chunk.choices[0]?.delta.content ?? ''
      found.finish ??= chunk.choices[0]?.finish_reason
      found.usage ??= chunk.usage
    }
  } catch (error) {
    found.error = error
  }
  return found
}

/** Waits until the models have no call any more, and gives their ledger. */
async function settled() {
  for (;;) {
    const ledger = await models.ledger()
    if (ledger.underWay === 0) return ledger
  }
}

test('a chat', async () => {
  await models.script({})
  const answer = await chat()
  assert.equal(answer.choices[0].message.content, 'one two three')
  assert.equal(answer.choices[0].finish_reason, 'stop')
  assert.equal(answer.usage.completion_tokens, 3)
})

test('a stream with its usage', async () => {
  await models.script({})
  const found = await collect(await chat({ stream: true, stream_options: { include_usage: true } }))
  assert.equal(found.error, undefined)
  assert.equal(found.text, 'one two three')
  assert.equal(found.finish, 'stop')
  assert.equal(found.usage.completion_tokens, 3)
})

test('calls of tools', async () => {
  await models.script({ otherwise: { tool: { name: 'find', arguments: { q: 1 } } } })
  const tools = [{ type: 'function', function: { name: 'find', parameters: { type: 'object' } } }]
  const stream = openai.chat.completions.stream({ model: 'default', messages, tools })
  const answer = await stream.finalChatCompletion()
  assert.equal(answer.choices[0].message.tool_calls[0].function.arguments, '{"q":1}')
  assert.equal(answer.choices[0].finish_reason, 'tool_calls')
})

test('an error before the first content is an error, and no storm of retries', async () => {
  await models.script({ otherwise: { status: 500 } })
  await assert.rejects(chat({ stream: true }), error => error.status === 502)
  const { total } = await models.ledger()
  assert.ok(total.started <= 3, `${total.started} calls upstream`)
})

test('a cut after the first content throws', async () => {
  for (const stream of [true, false]) {
    await models.script({ rules: [{ stream: true, then: { cutAt: 2 } }], otherwise: { cutAt: 0 } })
    if (stream) {
      const found = await collect(await chat({ stream }))
      assert.equal(found.text, 'one two ')
      assert.equal(found.finish, null)
      assert.equal(found.error.code, 'truncated')
    } else {
      await assert.rejects(chat(), error => error.status === 502)
    }
  }
})

test('a cancelled stream ends the call upstream', async () => {
  await models.script({ rules: [{ api: 'openai.chat', then: { stallAt: 1 } }] })
  const stream = await chat({ stream: true })
  for await (const chunk of stream) {
    if (chunk.choices[0]?.delta.content) break
  }
  stream.controller.abort()
  const { total } = await settled()
  assert.equal(total.cutByClient, 1)
})

test('a wrong key, a wrong model, a field that cannot be honoured', async () => {
  await models.script({})
  const stranger = new OpenAI({ baseURL: `${server.origin}/v1`, apiKey: 'apk_guess' })
  await assert.rejects(stranger.models.list(), OpenAI.AuthenticationError)
  await assert.rejects(chat({ model: 'nobody' }), OpenAI.NotFoundError)
  await assert.rejects(
    chat({ n: 2 }),
    error => error instanceof OpenAI.BadRequestError && error.param === 'n',
  )
  assert.equal((await models.ledger()).total.started, 0)
})

test('models', async () => {
  const names = []
  for await (const model of openai.models.list()) names.push(model.id)
  assert.ok(names.includes('default'))
  assert.equal((await openai.models.retrieve('default')).object, 'model')
})

test('vectors, which the client asks for as bytes', async () => {
  await models.script({})
  const wanted = { model: 'embeddings', input: ['one', 'two'] }
  const bytes = await openai.embeddings.create(wanted)
  const numbers = await openai.embeddings.create({ ...wanted, encoding_format: 'float' })
  assert.equal(bytes.data[1].embedding.length, 256)
  assert.ok(Math.abs(bytes.data[1].embedding[7] - numbers.data[1].embedding[7]) < 1e-6)
})

test('vectors of nobody are an error', async () => {
  await models.script({ otherwise: { status: 400 } })
  await assert.rejects(openai.embeddings.create({ model: 'embeddings', input: 'x' }))
})

const speech = { model: 'tts-1', voice: 'alloy', input: 'The team won the match.' }

test('speech, and what is said in it', { timeout: 240_000 }, async () => {
  const wav = await openai.audio.speech.create({ ...speech, response_format: 'wav' })
  const bytes = Buffer.from(await wav.arrayBuffer())
  assert.equal(bytes.subarray(0, 4).toString(), 'RIFF')
  const mp3 = await openai.audio.speech.create(speech)
  assert.equal(mp3.headers.get('content-type'), 'audio/mpeg')
  assert.ok((await mp3.arrayBuffer()).byteLength > 1000)
  const file = await toFile(bytes, 'said.wav')
  const heard = await openai.audio.transcriptions.create({ file, model: 'whisper-1' })
  assert.ok(heard.text.length > 0)
  const verbose = await openai.audio.transcriptions.create({
    file: await toFile(bytes, 'said.wav'),
    model: 'whisper-1',
    response_format: 'verbose_json',
    timestamp_granularities: ['word'],
  })
  assert.ok(verbose.words.length > 0)
  const stream = await openai.audio.transcriptions.create({
    file: await toFile(bytes, 'said.wav'),
    model: 'whisper-1',
    stream: true,
  })
  const types = []
  for await (const event of stream) types.push(event.type)
  assert.equal(types.at(-1), 'transcript.text.done')
})

test('sound that is none, and speech that cannot be', async () => {
  const file = await toFile(Buffer.from('Dear all, please listen.'), 'letter.mp3')
  await assert.rejects(openai.audio.transcriptions.create({ file, model: 'whisper-1' }))
  await assert.rejects(
    openai.audio.speech.create({ ...speech, instructions: 'Whisper.' }),
    error => error.param === 'instructions',
  )
})
