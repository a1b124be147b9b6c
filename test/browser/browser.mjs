import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { chromium } from 'playwright-core'

/** Longer than anything takes on a busy machine; nothing waits for it in vain. */
export const patienceMs = 60_000

const flags = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
]

/** @param speech  WAV that the microphone hears once; without it a beep */
export function launch(speech) {
  const microphone = speech ? [`--use-file-for-fake-audio-capture=${speech}%noloop`] : []
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [...flags, ...microphone],
  })
}

/** A page that is signed in by the server's link, and a list of all that went wrong on it. */
export async function openSignedIn(browser, link, options = {}) {
  const context = await browser.newContext({
    viewport: { width: 1600, height: 900 },
    permissions: ['microphone'],
    locale: 'en-GB',
    ...options,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(patienceMs)
  const errors = []
  page.on('pageerror', error => errors.push(error.message))
  page.on('console', message => {
    if (message.type() === 'error') errors.push(message.text())
  })
  await page.goto(link)
  await page.getByRole('heading', { name: 'One voice, then the other' }).waitFor()
  return { page, errors }
}

/** Leaves a picture of the page in the folder named by PICTURES. */
export async function takePicture(page, name) {
  const folder = process.env.PICTURES
  if (!folder) return
  await mkdir(folder, { recursive: true })
  await page.screenshot({ path: path.join(folder, `${name}.png`) })
}

/** All final words on the page, in small letters. */
export async function wordsHeard(page) {
  const texts = await page.locator('[data-final="true"] [data-words]').allTextContents()
  return texts.join(' ').toLowerCase().split(/\s+/)
}

/** Waits until every word was heard for good. */
export function waitForWords(page, words) {
  return page.waitForFunction(wanted => {
    const finals = document.querySelectorAll('[data-final="true"] [data-words]')
    const text = [...finals].map(element => element.textContent.toLowerCase()).join(' ')
    return wanted.every(word => text.split(/\s+/).includes(word))
  }, words)
}

/** The library's clips by id. */
export async function clipsById(page) {
  const { items } = await page.evaluate(async () => {
    const response = await fetch('/api/v1/director/assets?limit=100')
    return response.json()
  })
  return new Map(items.map(clip => [clip.assetId, clip]))
}

/** Waits until a clip of one of these topics is on the canvas; gives the clip. */
export async function waitForTopic(page, topics) {
  const clips = await clipsById(page)
  const wanted = [...clips.values()].filter(clip => topics.includes(clip.topic))
  const shown = await page.waitForFunction(
    ids => {
      const { assetId, shownAt } = document.querySelector('canvas').dataset
      return shownAt && ids.includes(assetId) && assetId
    },
    wanted.map(clip => clip.assetId),
  )
  return clips.get(await shown.jsonValue())
}
