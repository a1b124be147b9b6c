// The connection breaks in the middle of a sentence: the page comes back, sends again the sound
// that got lost, and gets every event once and in order (E-21, D-20).

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { launch, openSignedIn, waitForWords } from './browser.mjs'
import { startCuttingProxy } from './cutting_proxy.mjs'
import { startServer } from './server.mjs'
import { speak } from './speech.mjs'

const kept = new Set([
  'broll_suggestion',
  'overlay_command',
  'timeline',
  'status',
  'error',
  'audio_gap',
  'ended',
])

let server
let proxy
let speech
let browser
let page
const numbers = []
const welcomes = []

before(async () => {
  server = await startServer()
  proxy = await startCuttingProxy(server.origin)
  speech = await speak([
    'The stock market crashed today.',
    'The football team won the championship last night.',
  ])
  browser = await launch(speech.file)
  const link = server.signInLink.replace(server.origin, proxy.origin)
  ;({ page } = await openSignedIn(browser, link))
})

after(async () => {
  await browser?.close()
  proxy?.close()
  await speech?.remove()
  if (server) assert.equal(await server.stop(), 0, 'the server ends cleanly')
})

/** Notes the numbers of the events that may not be lost, and the welcomes, as they come. */
function watchEvents() {
  page.on('websocket', socket =>
    socket.on('framereceived', ({ payload }) => {
      const frame = JSON.parse(payload)
      if (frame.type === 'welcome') welcomes.push(frame)
      const isFinal = frame.type === 'transcription' && frame.isFinal
      if (isFinal || kept.has(frame.type)) numbers.push(frame.seq)
    }),
  )
}

async function samplesSent() {
  return Number(await page.locator('[data-samples]').getAttribute('data-samples'))
}

/** Breaks the connection for as long as the microphone gives so much more sound. */
async function breakAndMend(samples = 0) {
  proxy.cut()
  await page.locator('[data-phase="waiting"]').waitFor()
  const until = (await samplesSent()) + samples
  await page.waitForFunction(
    wanted => Number(document.querySelector('[data-samples]').dataset.samples) >= wanted,
    until,
  )
  proxy.mend()
  await page.locator('[data-phase="live"]').waitFor()
}

test('a take survives a broken connection with nothing lost', async () => {
  watchEvents()
  await page.goto(`${proxy.origin}/director`)
  await page.getByRole('button', { name: 'Start listening' }).click()
  await page.locator('[data-words]').first().waitFor()

  await breakAndMend(3 * 16000)
  await waitForWords(page, ['market', 'football', 'team', 'championship'])
  assert.deepEqual(
    welcomes.map(welcome => welcome.recovered),
    [false, true],
  )
  const expected = numbers.map((_, index) => numbers[0] + index)
  assert.deepEqual(numbers, expected, 'every event came once and in order')
})

test('the server has every sample that the microphone gave', async () => {
  await page.getByRole('button', { name: 'Stop listening' }).click()
  const sent = await samplesSent()
  // What is typed goes the way of the sound, behind it: once it is heard, all sound has arrived.
  await page.getByRole('textbox').fill('rocket')
  await page.getByRole('button', { name: 'Say' }).click()
  await waitForWords(page, ['rocket'])
  await breakAndMend()
  assert.equal(welcomes.at(-1).audio.receivedSamples, sent)
})
