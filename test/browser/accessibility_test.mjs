// No page has a serious or critical finding of axe, light or dark, wide or narrow (S-4).

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { after, before, test } from 'node:test'
import { launch, openSignedIn, patienceMs } from './browser.mjs'
import { startServer } from './server.mjs'

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

let server
let browser

before(async () => {
  server = await startServer()
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await server?.stop()
})

async function findings(page) {
  await page.evaluate(axe)
  const { violations } = await page.evaluate(() => globalThis.axe.run())
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(node => node.html).join(' ')}`)
}

async function widerThanScreen(page) {
  return page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)
}

async function check(page, place) {
  // What appears is fully there before its contrast is measured.
  await page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished)))
  assert.deepEqual(await findings(page), [], place)
  assert.equal(await widerThanScreen(page), false, `${place} is wider than the screen`)
}

test('signing in', async () => {
  const page = await browser.newPage()
  await page.goto(server.origin)
  await page.getByRole('heading', { name: 'Sign in' }).waitFor({ timeout: patienceMs })
  await check(page, 'sign-in')
})

test('every page, light and dark, wide and narrow', async () => {
  const permissions = ['microphone', 'camera']
  const { page } = await openSignedIn(browser, server.signInLink, { permissions })
  for (const colorScheme of ['light', 'dark']) {
    for (const [width, height] of [
      [1600, 900],
      [360, 740],
    ]) {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width, height })
      const name = `${colorScheme} ${width}`
      await page.goto(server.origin)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await check(page, `home ${name}`)
      await page.goto(`${server.origin}/director`)
      await page.getByRole('button', { name: 'Start listening' }).waitFor()
      await check(page, `director ${name}`)
      await page.getByRole('textbox').fill('the football team won the championship')
      await page.getByRole('button', { name: 'Say' }).click()
      await page.locator('[data-suggestion]').first().waitFor()
      await page.getByRole('button', { name: 'Camera on' }).click()
      await page.locator('canvas[data-speaker=on]').waitFor()
      await page.locator('button[data-layout=pip]').click()
      await check(page, `director with a take and the speaker ${name}`)
      const take = new URL(page.url()).searchParams.get('take')
      await page.getByRole('button', { name: 'Camera off' }).click()
      await page.goto(`${server.origin}/director/library`)
      await page.getByRole('listitem').first().waitFor()
      await check(page, `library ${name}`)
      await page.locator('[data-asset]').first().click()
      await page.getByRole('dialog').getByLabel('Title').waitFor()
      await check(page, `a clip of the library ${name}`)
      await page.goto(`${server.origin}/director/takes`)
      await page.locator(`[data-take="${take}"]`).waitFor()
      await check(page, `takes ${name}`)
      await page.locator(`[data-take="${take}"]`).click()
      await page.getByRole('heading', { name: 'Sentence 1' }).waitFor()
      await page.locator('[data-cut]').first().waitFor()
      await check(page, `a take ${name}`)
    }
  }
})
