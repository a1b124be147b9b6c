// Speaker, clips and charts on the canvas in the three layouts (D-20, D-5): where each stands is
// read from the picture itself, in a real Chromium whose camera gives one green picture.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { launch, openSignedIn, takePicture, waitForTopic } from './browser.mjs'
import { startServer } from './server.mjs'

let server
let browser
let page
let errors

before(async () => {
  server = await startServer()
  browser = await launch()
  const options = { permissions: ['microphone', 'camera'] }
  ;({ page, errors } = await openSignedIn(browser, server.signInLink, options))
  await page.goto(`${server.origin}/director`)
})

after(async () => {
  await browser?.close()
  if (server) assert.equal(await server.stop(), 0, 'the server ends cleanly')
})

const say = async (text, on = page) => {
  await on.getByRole('textbox').fill(text)
  await on.getByRole('button', { name: 'Say' }).click()
}

/** Waits until the camera is seen at each of these places of the canvas, and at none of those. */
async function waitForSpeaker({ at, notAt }) {
  await page.waitForFunction(
    ({ at, notAt }) => {
      const context = document.querySelector('canvas').getContext('2d')
      // The fake camera's picture is a green that nothing else has: without any blue.
      const isGreen = ([x, y]) => {
        const [red, green, blue] = context.getImageData(x, y, 1, 1).data
        return green > 100 && red < 100 && blue < 40
      }
      return at.every(isGreen) && !notAt.some(isGreen)
    },
    { at, notAt },
  )
}

const inCorner = {
  bottomRight: [1238, 678],
  bottomLeft: [42, 678],
  topLeft: [42, 42],
  topRight: [1238, 42],
}
const ends = Object.values({ a: [8, 8], b: [1272, 8], c: [8, 712], d: [1272, 712] })

test('D-20: without a clip the speaker fills the canvas in each layout', async () => {
  await page.getByRole('button', { name: 'Camera on' }).click()
  await page.locator('canvas[data-speaker=on]').waitFor()
  for (const key of ['i', 's', 'f']) {
    await page.keyboard.press(key)
    await waitForSpeaker({ at: ends, notAt: [] })
  }
  await takePicture(page, 'studio-speaker')
})

test('D-20: full screen, the clip is over all', async () => {
  await say('the football team won the championship')
  await waitForTopic(page, ['football', 'winning'])
  await waitForSpeaker({ at: [], notAt: [...ends, ...Object.values(inCorner)] })
  for (const stage of ['Understood', 'Found', 'Shown']) {
    await page.getByRole('term').filter({ hasText: stage }).waitFor()
  }
  await takePicture(page, 'studio-fullscreen')
})

test('D-20: picture in picture, the speaker goes from corner to corner by a key', async () => {
  await page.locator('[data-suggestion]').first().click()
  await page.locator('[data-layout=pip]').first().click()
  for (const corner of ['bottomRight', 'bottomLeft', 'topLeft', 'topRight']) {
    await page.locator('[data-suggestion]').first().click()
    const { [corner]: there, ...others } = inCorner
    await waitForSpeaker({ at: [there], notAt: Object.values(others) })
    await takePicture(page, `studio-pip-${corner}`)
    await page.keyboard.press('k')
  }
})

test('D-20: side by side, half and half', async () => {
  await page.keyboard.press('s')
  await page.locator('[data-suggestion]').first().click()
  await waitForSpeaker({
    at: [
      [650, 8],
      [1272, 712],
    ],
    notAt: [
      [630, 360],
      [8, 8],
    ],
  })
  await takePicture(page, 'studio-side-by-side')
})

test('D-1: another page of the take changes the layout, and this one follows', async () => {
  const other = await page.context().newPage()
  await other.goto(page.url())
  await other.locator('[data-phase="live"]').waitFor()
  await other.locator('[data-layout=sideBySide][aria-checked=true]').waitFor()
  await other.keyboard.press('i')
  await page.locator('canvas[data-layout=pip]').waitFor()
  await page.locator('button[data-layout=pip][aria-checked=true]').waitFor()
  await other.close()
})

const charts = {
  bar: 'revenue grew from 3 to 5 million in 2024',
  line: '3 million users in 2020, 4 million in 2021',
  pie: 'sixty percent cats, thirty dogs, ten others',
}

test('D-5: each kind of chart stands beside the speaker, in each layout', async () => {
  const places = { f: [], i: [inCorner.bottomRight], s: [[1272, 712]] }
  for (const [kind, words] of Object.entries(charts)) {
    for (const [key, at] of Object.entries(places)) {
      await page.getByRole('button', { name: 'Finish take' }).click()
      await page.getByRole('button', { name: 'New take' }).click()
      await page.keyboard.press(key)
      await say(words)
      await page.locator('canvas[data-chart-id]').waitFor()
      await waitForSpeaker({ at, notAt: [[320, 300]] })
      await takePicture(page, `studio-chart-${kind}-${key}`)
    }
  }
})

test('D-20: the camera stays on by choice over a reload, and goes off again', async () => {
  await page.reload()
  await page.locator('canvas[data-speaker=on]').waitFor()
  await page.keyboard.press('c')
  await page.locator('canvas[data-speaker=off]').waitFor()
  await page.reload()
  await page.getByRole('button', { name: 'Camera on' }).waitFor()
  assert.deepEqual(errors, [])
})

test('D-20: a camera that may not be used is told, and the take goes on', async () => {
  const context = page.context()
  const refused = await context.newPage()
  await refused.addInitScript(() => {
    const refusal = new DOMException('Permission denied', 'NotAllowedError')
    navigator.mediaDevices.getUserMedia = () => Promise.reject(refusal)
  })
  await refused.goto(`${server.origin}/director`)
  await refused.getByRole('button', { name: 'Camera on' }).click()
  await refused.getByRole('alert').filter({ hasText: 'may not use the camera' }).waitFor()
  await say('the football team won the championship', refused)
  await refused.locator('canvas[data-shown-at]').waitFor()
})
