// The director's library page in a real Chromium (D-21, S-4, S-5): upload with progress, pause and
// resume, a broken connection, edit, delete, filters, keyboard, and a long list of which only what
// is in sight is there.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { makeFilm } from '../conformance/films.mjs'
import { launch, openSignedIn, takePicture } from './browser.mjs'
import { startServer } from './server.mjs'

let server
let browser
let page
let errors

before(async () => {
  server = await startServer()
  browser = await launch()
  ;({ page, errors } = await openSignedIn(browser, server.signInLink))
  await page.goto(`${server.origin}/director/library`)
  await page.getByRole('listitem').first().waitFor()
})

after(async () => {
  await browser?.close()
  if (server) assert.equal(await server.stop(), 0)
})

const choose = files => page.locator('input[type=file]').setInputFiles(files)
const row = name => page.locator('[data-upload]', { hasText: name })
const card = title =>
  page.getByRole('listitem').filter({ hasText: title, has: page.locator('[data-asset]') })

test('a film is uploaded, prepared while one looks on, and shown', async () => {
  const film = await makeFilm({ name: 'film.avi', width: 320, seconds: 2 })
  await choose({ name: 'Höstens vågor 海.avi', mimeType: 'video/x-msvideo', buffer: film })
  await row('Höstens vågor').and(page.locator('[data-upload=done]')).waitFor()
  await card('Höstens vågor 海').locator('[data-state=ready] img').waitFor()
  await takePicture(page, 'library-uploaded')
})

test('what is no film is told in the page', async () => {
  await choose({ name: 'words.mp4', mimeType: 'video/mp4', buffer: Buffer.from('only words\n') })
  await row('words.mp4').getByText('This is text').waitFor()
  await takePicture(page, 'library-refused')
  await row('words.mp4')
    .getByRole('button', { name: /Dismiss/ })
    .click()
  await row('words.mp4').waitFor({ state: 'detached' })
  errors.length = 0 // the browser itself tells of the refusal
})

test('an upload that loses its connection goes on, and one that is paused too', async () => {
  const film = await makeFilm({ name: 'film.mp4', width: 640, seconds: 6, noise: true })
  await page.context().setOffline(true)
  await choose({ name: 'broken-off.mp4', mimeType: 'video/mp4', buffer: film })
  await page.locator('[data-upload=sending]').first().waitFor()
  await page.context().setOffline(false)
  await row('broken-off').and(page.locator('[data-upload=done]')).waitFor()
  const { contentHash } = await page.evaluate(async () => {
    const { items } = await (await fetch('/api/v1/director/assets?limit=1')).json()
    return items[0]
  })
  assert.equal(contentHash, createHash('sha256').update(film).digest('hex'))
  errors.length = 0 // the browser itself tells of the lost connection

  const other = await makeFilm({ name: 'film.mp4', width: 642, seconds: 6, noise: true })
  await page.context().setOffline(true)
  await choose({ name: 'paused.mp4', mimeType: 'video/mp4', buffer: other })
  await row('paused.mp4').getByRole('button', { name: 'Pause', exact: true }).click()
  await row('paused.mp4').and(page.locator('[data-upload=paused]')).waitFor()
  await page.context().setOffline(false)
  await row('paused.mp4').getByRole('button', { name: 'Go on' }).click()
  await row('paused.mp4').and(page.locator('[data-upload=done]')).waitFor()
  errors.length = 0
})

test('S-8: nothing kept in the browser names a file', async () => {
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }))
  assert.doesNotMatch(kept, /mp4|avi|våg/)
})

test('a clip is edited and found by its new words', async () => {
  await card('Höstens vågor 海').getByRole('button').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Title').fill('Zeppelin')
  await dialog.getByLabel('Tags').fill('airship, sky')
  await dialog.getByLabel('Topic').fill('airships')
  await dialog.getByLabel('Licence').fill('CC-BY-4.0')
  await takePicture(page, 'library-editor')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.keyboard.press('/')
  await page.keyboard.type('airship')
  await card('Zeppelin').waitFor()
  await page.getByRole('searchbox').fill('')
  await page.getByLabel('Topic').selectOption({ label: 'airships (1)' })
  await card('Zeppelin').waitFor()
  await page.waitForFunction(() => document.querySelectorAll('[data-asset]').length === 1)
  await page.getByLabel('Topic').selectOption('*')
})

test('arrow keys go from card to card, and Enter opens one', async () => {
  const cards = page.locator('[data-index]')
  await cards.first().focus()
  await page.keyboard.press('ArrowRight')
  await page.locator('[data-index="1"]:focus').waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').getByLabel('Title').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
})

test('a clip is deleted after a question', async () => {
  await card('Zeppelin').getByRole('button').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await dialog.getByText('for good?').waitFor()
  await dialog.getByRole('button', { name: 'Keep it' }).click()
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await card('Zeppelin').waitFor({ state: 'detached' })
  assert.deepEqual(errors, [])
})

test('of a long list only what is in sight is there', async () => {
  const count = () => page.locator('[data-asset]').count()
  assert.ok((await count()) < 60, `${await count()} cards`)
  await page.locator('[data-index]').first().focus()
  await page.keyboard.press('End')
  await page.waitForFunction(() => Number(document.activeElement?.dataset.index) > 60)
  assert.ok((await count()) < 60, `${await count()} cards`)
  await takePicture(page, 'library-end')
})

test('in Swedish, in the dark and on a phone', async () => {
  await page.evaluate(() => localStorage.setItem('antiphon.language', 'sv'))
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.setViewportSize({ width: 360, height: 740 })
  await page.reload()
  await page.getByRole('heading', { name: 'Bibliotek' }).waitFor()
  await page.locator('[data-asset] img').first().waitFor()
  await takePicture(page, 'library-dark-swedish-phone')
})
