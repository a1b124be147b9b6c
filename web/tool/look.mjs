// Takes pictures of every page at three widths, light and dark, into build/look, so that one can
// judge them. Needs the built pages; CLIPS names a folder with the starter library's films.

import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { clips, scriptSocket, startScripted } from '../test/scripted_server.mjs'

const root = fileURLToPath(new URL('../../', import.meta.url))
const folder = path.join(root, 'build/look')
const sizes = [
  [360, 740],
  [1024, 768],
  [1600, 900],
]

const say = 'Start listening'
const why = {
  words: 'the football team won the championship last night',
  matches: [{ heard: 'football', found: 'football', where: 'title' }],
  source: 'speech',
  analysedBy: 'rules',
  latencyMs: 412,
  fallback: 'none',
  searchConfidence: 0.93,
  thumb: 'none',
  standing: 'free',
  suggestionId: 0,
}

function talk({ emit, drop }) {
  const hear = (utterance, text, timestamp, isFinal, stableWords) =>
    (isFinal ? emit : drop)('transcription', { text, isFinal, timestamp, utterance, stableWords })
  const suggest = (utterance, verdict, found) =>
    emit('broll_suggestion', {
      clips: found,
      utterance,
      topic: '',
      sentiment: '',
      query: '',
      verdict,
      fallback: 'none',
    })
  hear(1, 'good morning and welcome back', 2100, true, 5)
  suggest(1, 'nothing_fits', [])
  hear(2, 'the football team won the championship last night', 6400, true, 8)
  suggest(2, 'shown', clips.slice(0, 3))
  emit('overlay_command', {
    assetId: clips[0].assetId,
    videoUrl: clips[0].url,
    title: clips[0].title,
    transition: 'crossfade',
    duration: 4,
    confidence: 0.93,
    why,
  })
  emit('timeline', {
    utterance: 2,
    totalMs: 412.3,
    deadlineMs: 2500,
    missed: false,
    cutShort: '',
    stages: [
      { name: 'heard', startMs: 0, tookMs: 391.1 },
      { name: 'analysed', startMs: 391.1, tookMs: 8.9 },
      { name: 'found', startMs: 400, tookMs: 11.6 },
      { name: 'chosen', startMs: 411.6, tookMs: 0.7 },
    ],
  })
  emit('overlay_proposal', {
    suggestionId: 1,
    utterance: 2,
    approveBy: new Date(Date.now() + 60_000).toISOString(),
    overlays: [{ assetId: clips[1].assetId, title: clips[1].title }],
  })
  emit('opinion', { assetId: clips[2].assetId, thumb: 'up', standing: 'pinned' })
  hear(3, 'and thousands of people came to celebrate in the', 9200, false, 5)
}

async function shoot(browser, server, name, address, size, theme, act = async () => {}) {
  const [width, height] = size
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    permissions: ['microphone', 'camera'],
    locale: 'en-GB',
  })
  const page = await context.newPage()
  page.on('console', message => message.type() === 'error' && console.log(name, message.text()))
  page.on('pageerror', error => console.log(name, error.message))
  await scriptSocket(page, talk)
  await page.goto(server.origin + address)
  await page.waitForLoadState('networkidle')
  await act(page)
  await page.screenshot({ path: path.join(folder, `${name}-${width}-${theme}.png`) })
  await context.close()
}

async function take(page) {
  await page.getByRole('button', { name: say }).click()
  await page.locator('[data-utterance="3"]').waitFor()
  if (process.env.CLIPS) await page.locator('canvas[data-shown-at]').waitFor()
  await page
    .locator('canvas')
    .evaluate(() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 900))))
}

// With the camera, and recording.
async function studio(page) {
  await page.getByRole('button', { name: 'Camera on' }).click()
  await page.locator('canvas[data-speaker=on]').waitFor()
  await page.getByRole('button', { name: 'Record', exact: true }).click()
  await page.locator('[data-recording-phase=recording]').waitFor()
  await page.locator('[data-utterance="3"]').waitFor()
  await page.locator('button[data-layout=pip]').click()
  if (process.env.CLIPS) await page.locator('canvas[data-shown-at]').waitFor()
}

// All of a long page.
async function whole(page) {
  const { width } = page.viewportSize()
  const height = await page.evaluate(() => document.documentElement.scrollHeight)
  await page.setViewportSize({ width, height })
}

await mkdir(folder, { recursive: true })
const files = { dist: path.join(root, 'web/dist'), clipFolder: process.env.CLIPS }
const server = await startScripted(files)
const strangers = await startScripted({ ...files, signedIn: false })
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
  ],
})
for (const size of sizes) {
  for (const theme of ['light', 'dark']) {
    await shoot(browser, server, 'home', '/', size, theme)
    await shoot(browser, server, 'empty', '/director', size, theme)
    await shoot(browser, server, 'take', '/director', size, theme, take)
    await shoot(browser, server, 'studio', '/director', size, theme, studio)
    await shoot(browser, server, 'library', '/director/library', size, theme)
    await shoot(browser, server, 'takes', '/director/takes', size, theme)
    await shoot(browser, server, 'a-take', '/director/takes/ses_1', size, theme, whole)
  }
  await shoot(browser, strangers, 'sign-in', '/', size, 'light')
}
await browser.close()
server.close()
strangers.close()
console.log(`pictures in ${path.relative(root, folder)}`)
