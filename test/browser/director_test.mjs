// The director's main way through the real program and a real browser: a voice comes in by the
// microphone, the words stand on the page, the clip of their topic is on the canvas (D-20, S-5).

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { launch, openSignedIn, takePicture, waitForTopic, waitForWords } from './browser.mjs'
import { startServer } from './server.mjs'
import { speak } from './speech.mjs'

let server
let speech
let browser
let page
let errors

before(async () => {
  server = await startServer()
  speech = await speak(['The football team won the championship last night.'])
  browser = await launch(speech.file)
  ;({ page, errors } = await openSignedIn(browser, server.signInLink))
})

after(async () => {
  await browser?.close()
  await speech?.remove()
  if (server) assert.equal(await server.stop(), 0, 'the server ends cleanly')
})

test('S-8: the sign-in code leaves the address, and no script can read the token', async () => {
  assert.equal(new URL(page.url()).hash, '')
  const readable = await page.evaluate(() => document.cookie + JSON.stringify({ ...localStorage }))
  assert.doesNotMatch(readable, /apt_/)
})

test('D-20: speech puts the matching clip on the canvas', async () => {
  await page.getByRole('link', { name: 'Director' }).first().click()
  await page.getByRole('button', { name: 'Start listening' }).click()
  await page.waitForFunction(() => {
    const meter = document.querySelector('[role="meter"]')
    return meter && meter.firstElementChild.getBoundingClientRect().width > 8
  })
  await waitForTopic(page, ['football', 'winning'])
  await takePicture(page, 'director-take')
  await waitForWords(page, ['football', 'team', 'championship'])
  // Later words of the sentence may bring a better clip: what is on screen stands beside the words.
  await page.waitForFunction(() => {
    const shown = document.querySelector('canvas[data-asset-id]')?.dataset.assetId
    return shown && document.querySelector(`[data-answer="${shown}"]`)
  })
  await waitForTopic(page, ['football', 'winning'])
  await takePicture(page, 'director-final')
})

test('D-20: a suggestion is shown by one click, and says that it was chosen', async () => {
  const suggestion = page.locator('[data-suggestion]').last()
  const assetId = await suggestion.getAttribute('data-suggestion')
  await suggestion.click()
  await page.locator(`canvas[data-asset-id="${assetId}"]`).waitFor()
})

test('a typed sentence is answered as a spoken one', async () => {
  await page.getByRole('textbox').fill('a rocket flies into space')
  await page.getByRole('button', { name: 'Say' }).click()
  await page.locator('[data-words]', { hasText: 'rocket' }).waitFor()
})

test('D-7: asked first, a clip waits for a click; coverage is a slider', async () => {
  await page.getByRole('button', { name: 'Ask before showing' }).click()
  await page.getByRole('button', { name: 'Ask before showing', pressed: true }).waitFor()
  await page.getByRole('textbox').fill('rain on the window')
  await page.getByRole('button', { name: 'Say' }).click()
  const approve = page.locator('[data-approve]').first()
  await approve.waitFor()
  const assetId = await approve.getAttribute('data-approve')
  await takePicture(page, 'director-approve')
  assert.equal(await page.locator(`canvas[data-asset-id="${assetId}"]`).count(), 0)
  await approve.click()
  await page.locator(`canvas[data-asset-id="${assetId}"]`).waitFor()
  await page.getByText('approved by you').waitFor()
  const coverage = page.getByRole('slider')
  await coverage.press('ArrowRight')
  await page.waitForFunction(() => document.querySelector('input[type=range]').value === '0.6')
})

test('D-8: a banned clip leaves the canvas and is not suggested; the ban is lifted', async () => {
  const card = page
    .getByRole('listitem')
    .filter({ has: page.locator('[data-mark="ban"]') })
    .first()
  const assetId = await card.locator('[data-suggestion]').getAttribute('data-suggestion')
  const again = async () => {
    await page.getByRole('textbox').fill('rain on the window')
    await page.getByRole('button', { name: 'Say' }).click()
  }
  const ban = page.locator(`li:has([data-suggestion="${assetId}"]) [data-mark="ban"]`)
  await ban.click()
  await page.locator(`li:has([data-suggestion="${assetId}"]) [aria-pressed="true"]`).waitFor()
  await page.locator(`canvas[data-asset-id="${assetId}"]`).waitFor({ state: 'detached' })
  await takePicture(page, 'director-banned')
  await ban.click()
  await page
    .locator(`li:has([data-suggestion="${assetId}"]) [data-mark="ban"][aria-pressed="false"]`)
    .waitFor()
  await ban.click()
  await page.locator(`li:has([data-suggestion="${assetId}"]) [aria-pressed="true"]`).waitFor()
  await again()
  await page.locator(`[data-suggestion="${assetId}"]`).waitFor({ state: 'detached' })
})

test('a reloaded page goes on with the take', async () => {
  await page.reload()
  await waitForWords(page, ['football', 'championship', 'rocket'])
  await page.locator('[data-phase="live"]').waitFor()
})

test('a finished take says so, also when it is opened again, and leads to a new one', async () => {
  await page.getByRole('button', { name: 'Finish take' }).click()
  await page.getByText('The take is finished').waitFor()
  await page.reload()
  await waitForWords(page, ['football', 'championship', 'rocket'])
  await page.getByRole('button', { name: 'New take' }).click()
  await page.getByText('Say it and see it').last().waitFor()
  assert.deepEqual(errors, [])
})

test('D-10: the library shows and finds clips', async () => {
  await page.getByRole('link', { name: 'Library' }).click()
  await page.getByRole('searchbox').fill('rocket')
  await page
    .getByRole('listitem')
    .filter({ hasText: /rocket/i })
    .first()
    .waitFor()
  await takePicture(page, 'director-library')
  assert.deepEqual(errors, [])
})
