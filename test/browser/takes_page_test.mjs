// Takes that are over (D-21): one is recorded over a network that breaks, watched beside its words,
// its edit list changed and downloaded, and made into a film; a real server and a real Chromium.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { launch, openSignedIn, patienceMs, takePicture } from './browser.mjs'
import { startCuttingProxy } from './cutting_proxy.mjs'
import { factsOf } from './film_facts.mjs'
import { startServer } from './server.mjs'

let server
let proxy
let browser
let page
let take

before(async () => {
  server = await startServer()
  proxy = await startCuttingProxy(server.origin)
  browser = await launch()
  const link = server.signInLink.replace(server.origin, proxy.origin)
  ;({ page } = await openSignedIn(browser, link, { permissions: ['microphone', 'camera'] }))
  page.setDefaultTimeout(3 * patienceMs) // what is typed comes behind the sound before it
})

after(async () => {
  await browser?.close()
  proxy?.close()
  if (server) assert.equal(await server.stop(), 0, 'the server ends cleanly')
})

const say = async text => {
  await page.getByRole('textbox').fill(text)
  await page.getByRole('button', { name: 'Say' }).click()
}

test('D-21: before there are takes the page says what it is for', async () => {
  await page.getByRole('link', { name: 'Takes' }).click()
  await page.getByText('No takes yet').waitFor()
  await takePicture(page, 'takes-empty')
})

test('D-20: a take is recorded while the network breaks', async () => {
  await page.getByRole('link', { name: 'Begin a take' }).click()
  await page.getByRole('button', { name: 'Camera on' }).click()
  await page.locator('canvas[data-speaker=on]').waitFor()
  await page.keyboard.press('r')
  await page.locator('[data-recording-phase=recording]').waitFor()
  await page.locator('[data-phase=live]').waitFor()
  await say('the football team won the championship')
  // On a busy machine a clip may come too late to be shown by itself.
  await page.locator('[data-suggestion]').first().click()
  await page.locator('canvas[data-shown-at]').waitFor()
  proxy.cut()
  await page.locator('[data-phase=waiting]').waitFor()
  const bytes = () => page.locator('[data-recording]').getAttribute('data-bytes').then(Number)
  const wanted = (await bytes()) + 200_000
  await page.waitForFunction(
    most => Number(document.querySelector('[data-recording]').dataset.bytes) >= most,
    wanted,
  )
  proxy.mend()
  await page.locator('[data-phase=live]').waitFor()
  await say('revenue grew from 3 to 5 million in 2024')
  await page.locator('canvas[data-chart-id]').waitFor()
  await page.locator('canvas[data-chart-id]').waitFor({ state: 'detached' })
  await page.keyboard.press('r')
  await page.locator('[data-recording-phase=whole]').waitFor()
  await page.getByRole('button', { name: 'Finish take' }).click()
  await page.getByText('The take is finished').waitFor()
  take = new URL(page.url()).searchParams.get('take')
})

test('D-21: the list leads to the take; a click on its words plays from there', async () => {
  await page.getByRole('link', { name: 'Takes' }).click()
  await page.locator(`[data-take="${take}"]`).filter({ hasText: 'Recorded' }).waitFor()
  await takePicture(page, 'takes')
  await page.locator(`[data-take="${take}"]`).click()
  const video = page.locator('video')
  await video.waitFor()
  const length = await video.evaluate(
    film =>
      new Promise(done => {
        if (film.readyState > 0) done(film.duration)
        film.onloadedmetadata = () => done(film.duration)
      }),
  )
  assert.ok(Number.isFinite(length) && length > 5, `${length} s, so that it can be sought`)
  await page.locator('[data-caption]').last().click()
  await page.locator('[data-caption][aria-current=true]').last().waitFor()
  assert.ok((await video.evaluate(film => film.currentTime)) > 0)
  await video.evaluate(film => film.pause())
  await takePicture(page, 'take')
})

test('D-20: the recording is whole: its sound has no gap where the network was gone', async () => {
  const path = `/api/v1/director/sessions/${take}/recording`
  const cookies = await page.context().cookies()
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  const response = await fetch(server.origin + path, { headers: { cookie } })
  assert.equal(response.status, 200)
  const facts = await factsOf(Buffer.from(await response.arrayBuffer()))
  assert.deepEqual([facts.video.width, facts.video.height], [1280, 720])
  assert.ok(facts.longestGap < 0.2, `${facts.longestGap} s without sound`)
})

test('E-91: where the time of each sentence went stands at the take', async () => {
  await page.getByRole('heading', { name: 'Sentence 1' }).waitFor()
})

const cuts = () => page.locator('[data-cut]').count()

test('D-21: times are changed and cuts removed, saved, undone, and all taken back', async () => {
  const before = await cuts()
  assert.ok(before >= 2, `${before} cuts`)
  const end = page.getByLabel(/^End: /).first()
  const recorded = await end.inputValue()
  await end.fill('what')
  await page.getByText('Write a time as').waitFor()
  assert.ok(await page.getByRole('button', { name: 'Save changes' }).isHidden())
  await end.fill('0:00')
  await page.getByText('must come after the start').waitFor()
  assert.ok(await page.getByRole('button', { name: 'Save changes' }).isDisabled())
  await page.getByRole('button', { name: 'Undo changes' }).click()
  await page.waitForFunction(
    ([input, text]) => input.value === text,
    [await end.elementHandle(), recorded],
  )

  await page
    .getByRole('button', { name: /^Remove: / })
    .last()
    .click()
  await page.getByRole('button', { name: 'Save changes' }).click()
  await page.getByText('Changed by hand').waitFor()
  await page.reload()
  await page.getByText('Changed by hand').waitFor()
  assert.equal(await cuts(), before - 1)
  await takePicture(page, 'take-edited')
  await page.getByRole('button', { name: 'Back to the recorded list' }).click()
  await page.getByText('Throw away all changes').waitFor()
  await page.getByRole('button', { name: 'Back to the recorded list' }).click()
  await page.getByText('As it was recorded').waitFor()
  await page.waitForFunction(
    count => document.querySelectorAll('[data-cut]').length === count,
    before,
  )
})

async function downloaded(link) {
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()])
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) }
}

test('D-21: the edit list is downloaded as JSON, EDL and SRT', async () => {
  const list = page.getByRole('region', { name: 'Edit list' })
  const json = await downloaded(list.getByRole('link', { name: 'JSON' }))
  assert.equal(JSON.parse(json.bytes).sessionId, take)
  const edl = await downloaded(list.getByRole('link', { name: 'EDL' }))
  assert.match(edl.name, /\.edl$/)
  assert.match(String(edl.bytes), /^TITLE: /)
  const srt = await downloaded(list.getByRole('link', { name: 'SRT' }))
  assert.match(String(srt.bytes), /^1\r?\n\d\d:\d\d:\d\d,\d{3} --> /)
  assert.match(String(srt.bytes), /football/)
})

test('D-21: a film is made, downloaded and deleted; another is cancelled', async () => {
  await page.getByRole('button', { name: 'Make the film' }).click()
  await page.locator('[data-film-state=running], [data-film-state=ready]').waitFor()
  await takePicture(page, 'take-film')
  await page.locator('[data-film-state=ready]').waitFor({ timeout: 240_000 })
  const film = await downloaded(page.getByRole('link', { name: /^Download \(/ }))
  const { video, audio } = await factsOf(film.bytes)
  assert.deepEqual([video.codec_name, video.width, video.height], ['h264', 1280, 720])
  assert.equal(audio.codec_name, 'aac')

  const ready = page.locator('[data-film-state=ready]')
  await ready.getByRole('button', { name: 'Delete' }).click()
  await ready.getByText('for good?').waitFor()
  await ready.getByRole('button', { name: 'Delete' }).click()
  await page.getByText('No film has been made').waitFor()

  await page.getByLabel('Quality').selectOption('1080p')
  await page.getByLabel('Layout').selectOption('sideBySide')
  await page.getByRole('button', { name: 'Make the film' }).click()
  await page.locator('[data-film]').getByText('Side by side').waitFor()
  await page.locator('[data-film]').getByRole('button', { name: 'Cancel' }).click()
  await page.locator('[data-film-state=cancelled], [data-film]').first().waitFor()
})

test('D-21: the recording is deleted; words and list stay', async () => {
  await page.getByRole('button', { name: 'Delete the recording' }).click()
  await page.getByText('Words and edit list stay').waitFor()
  await page.getByRole('button', { name: 'Delete', exact: true }).first().click()
  await page.getByText('No recording').first().waitFor()
  await page.getByText('the football team won').first().waitFor()
})
