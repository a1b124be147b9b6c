// A take is recorded in a real Chromium and sent while it is recorded (D-20, D-33): the network
// goes, requests break in the middle, the page is loaded again, the browser has no more room. What
// comes in is compared with what the browser's recorder gave, byte by byte, and decoded.

import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { launch, openSignedIn, takePicture } from './browser.mjs'
import { factsOf, isGreenAllTheTime } from './film_facts.mjs'
import { startScriptedUploads } from './scripted_uploads.mjs'
import { startServer } from './server.mjs'

let server
let way
let browser
let page

before(async () => {
  server = await startServer()
  way = await startScriptedUploads(server.origin)
  browser = await launch()
  const link = server.signInLink.replace(server.origin, way.origin)
  ;({ page } = await openSignedIn(browser, link, { permissions: ['microphone', 'camera'] }))
  await page.evaluate(() => localStorage.setItem('antiphon.director.camera', 'on'))
  page.on('dialog', dialog => dialog.accept())
  // All that the recorder gives, beside the page's own way with it.
  await page.addInitScript(() => {
    globalThis.recorded = []
    const { start } = MediaRecorder.prototype
    MediaRecorder.prototype.start = function (...rest) {
      globalThis.recorder = this
      this.addEventListener('dataavailable', ({ data }) => globalThis.recorded.push(data))
      return start.apply(this, rest)
    }
  })
})

after(async () => {
  await browser?.close()
  way?.close()
  if (server) assert.equal(await server.stop(), 0, 'the server ends cleanly')
})

beforeEach(async () => {
  await page.goto(`${way.origin}/director`)
  way.files.clear()
})

const row = phase => page.locator(`[data-recording-phase="${phase}"]`)
const told = name => row('recording').first().getAttribute(`data-${name}`).then(Number)

async function record() {
  await page.locator('canvas[data-speaker=on]').waitFor()
  await page.getByRole('heading', { name: 'Heard and answered' }).waitFor()
  await page.keyboard.press('r')
  await row('recording').waitFor()
}

/** Waits until so many more bytes are recorded, or are safe. */
async function waitForMore(name, bytes) {
  const wanted = (await told(name)) + bytes
  await page.waitForFunction(
    ([name, wanted]) =>
      Number(document.querySelector('[data-recording-phase]').dataset[name]) >= wanted,
    [name, wanted],
  )
}

async function recordedBytes() {
  const text = await page.evaluate(async () => {
    const bytes = new Uint8Array(await new Blob(globalThis.recorded).arrayBuffer())
    return bytes.toBase64?.() ?? btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''))
  })
  return Buffer.from(text, 'base64')
}

/** Waits for the connection; on a slow machine all tries of the page may have failed before. */
async function waitForLive() {
  const again = page.locator('[data-phase="lost"]').getByRole('button')
  const live = page.locator('[data-phase="live"]')
  await again.or(live).waitFor()
  if (await again.isVisible()) await again.click()
  await live.waitFor()
}

const onlyFile = () => {
  assert.equal(way.files.size, 1)
  return [...way.files.values()][0]
}

test('D-20: the network goes in mid-take, and the recording comes in whole', async () => {
  await record()
  await waitForMore('sent', 1)
  await page.waitForFunction(
    () => Number(document.querySelector('[role=meter]').getAttribute('aria-valuenow')) > 0.2,
  )
  way.cut()
  await row('recording').getByText('The network is gone').waitFor()
  await page.locator('[data-phase="waiting"]').waitFor()
  await takePicture(page, 'recording-waits')
  const safe = await told('sent')
  await waitForMore('bytes', 200_000)
  assert.equal(await told('sent'), safe, 'nothing is called safe that did not arrive')
  way.mend()
  await waitForLive()
  await waitForMore('sent', 100_000)
  way.breakAfter(5000)
  await waitForMore('sent', 100_000)
  await takePicture(page, 'recording')
  await page.keyboard.press('r')
  await row('whole').waitFor()
  await takePicture(page, 'recording-saved')

  const file = onlyFile()
  assert.equal(file.breaks, 1)
  assert.equal(file.length, file.bytes.length)
  assert.ok(file.bytes.equals(await recordedBytes()), 'what came in is what was recorded')
  const { video, audio, seconds, longestGap } = await factsOf(file.bytes)
  assert.deepEqual([video.width, video.height], [1280, 720])
  assert.equal(audio.sample_rate, '48000')
  assert.ok(seconds > 3, `${seconds} s`)
  assert.ok(longestGap < 0.2, `${longestGap} s without sound`)
  const take = new URL(page.url()).searchParams.get('take')
  assert.equal(file.metadata.recording, take)
  assert.match(file.metadata.offsetMs, /^\d+$/)
})

test('D-20: a page that is loaded again sends what was recorded before', async () => {
  await record()
  await waitForMore('sent', 1)
  way.cut()
  await waitForMore('bytes', 200_000)
  const before = await recordedBytes()
  way.mend()
  await page.reload()
  await row('whole').waitFor()
  const file = onlyFile()
  assert.equal(file.length, file.bytes.length)
  const common = Math.min(before.length, file.bytes.length)
  assert.ok(file.bytes.subarray(0, common).equals(before.subarray(0, common)))
  assert.ok(common > 200_000, `${common} bytes`)
  await factsOf(file.bytes, true)
})

test('D-20: the recording stands still while the microphone is off', async () => {
  await record()
  await waitForMore('bytes', 1)
  await page.getByRole('button', { name: 'Stop listening' }).click()
  await page.waitForFunction(() => globalThis.recorder.state === 'paused')
  await page.getByRole('button', { name: 'Start listening' }).click()
  await waitForMore('bytes', 10_000)
  await page.keyboard.press('r')
  await row('whole').waitFor()
  const { longestGap } = await factsOf(onlyFile().bytes)
  assert.ok(longestGap < 0.5, `${longestGap} s without sound`)
})

test('D-20: the speaker is recorded alone, whatever the canvas shows', async () => {
  const alone = page.getByRole('button', { name: /^Record the speaker alone/ })
  await alone.click()
  await record()
  await page.getByRole('textbox').fill('the football team won the championship')
  await page.getByRole('button', { name: 'Say' }).click()
  await page.locator('[data-suggestion]').first().click()
  await page.locator('canvas[data-shown-at]').waitFor()
  await waitForMore('bytes', 100_000)
  await page.getByRole('heading', { name: 'Heard and answered' }).click()
  await page.keyboard.press('r')
  await row('whole').waitFor()
  await alone.click()
  const { bytes } = onlyFile()
  assert.ok(await isGreenAllTheTime(bytes), 'no clip is on it')
})

test('a recording is thrown away, here and on the server', async () => {
  await record()
  await waitForMore('sent', 1)
  await row('recording').getByRole('button', { name: 'Discard' }).click()
  await row('recording').getByText('for good?').waitFor()
  await row('recording').getByRole('button', { name: 'Discard' }).click()
  await page.locator('[data-recording]').waitFor({ state: 'detached' })
  await page.waitForFunction(async () => {
    const request = indexedDB.open('antiphon.director.recordings')
    const database = await new Promise(done => (request.onsuccess = () => done(request.result)))
    const count = database.transaction('parts').objectStore('parts').count()
    await new Promise(done => (count.onsuccess = done))
    database.close()
    return count.result === 0
  })
  const file = onlyFile()
  assert.equal(file.isDeleted, true)
  assert.equal(file.asks, 0, 'while nothing breaks, the answers say enough')
})

test('a browser without more room says so; what was recorded until then is sent', async () => {
  await record()
  await waitForMore('sent', 1)
  await page.evaluate(() => {
    const { put } = IDBObjectStore.prototype
    IDBObjectStore.prototype.put = function (...rest) {
      if (this.name !== 'parts') return put.apply(this, rest)
      throw new DOMException('No more room.', 'QuotaExceededError')
    }
  })
  await page.getByRole('alert').filter({ hasText: 'no more room' }).waitFor()
  await row('whole').waitFor()
  const file = onlyFile()
  const all = await recordedBytes()
  assert.equal(file.length, file.bytes.length)
  assert.ok(file.length < all.length)
  assert.ok(all.subarray(0, file.length).equals(file.bytes))
})
