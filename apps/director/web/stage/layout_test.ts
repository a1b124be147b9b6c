import { describe, expect, it } from 'vitest'
import {
  between,
  canvasSize,
  chartBox,
  contain,
  corners,
  cover,
  eased,
  isSamePlaces,
  layouts,
  nextCorner,
  placesOf,
  type Box,
  type Scene,
} from './layout.ts'

const whole = { x: 0, y: 0, ...canvasSize }
const scene = (part: Partial<Scene> = {}): Scene => ({
  layout: 'pip',
  corner: 'bottomRight',
  hasSpeaker: true,
  hasContent: true,
  ...part,
})
const meets = (one: Box, other: Box) =>
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height

describe('D-20: the places of clip and speaker', () => {
  it('gives the whole canvas to who is alone, in each layout', () => {
    for (const layout of layouts) {
      expect(placesOf(scene({ layout, hasContent: false })).speaker).toEqual(whole)
      expect(placesOf(scene({ layout, hasSpeaker: false })).content).toEqual(whole)
    }
  })

  it('full screen: the clip covers the speaker', () => {
    expect(placesOf(scene({ layout: 'fullscreen' }))).toMatchObject({ content: whole, front: 0 })
  })

  it('picture in picture: the speaker stands small before the clip, in each corner', () => {
    const seen = new Set<string>()
    for (const corner of corners) {
      const { content, speaker, front } = placesOf(scene({ corner }))
      expect(content).toEqual(whole)
      expect(front).toBe(1)
      expect(speaker.width / speaker.height).toBeCloseTo(16 / 9)
      expect(speaker.x).toBeGreaterThan(0)
      expect(speaker.x + speaker.width).toBeLessThan(canvasSize.width)
      expect(speaker.y + speaker.height).toBeLessThan(canvasSize.height)
      seen.add(`${speaker.x} ${speaker.y}`)
    }
    expect(seen.size).toBe(4)
  })

  it('side by side: two halves that fill the canvas and do not meet', () => {
    const { content, speaker } = placesOf(scene({ layout: 'sideBySide' }))
    expect(content.width + speaker.width).toBe(canvasSize.width)
    expect(meets(content, speaker)).toBe(false)
  })

  it('D-5: a chart is never below the speaker', () => {
    for (const layout of ['pip', 'sideBySide'] as const) {
      for (const corner of corners) {
        const { speaker } = placesOf(scene({ layout, corner }))
        expect(meets(chartBox(scene({ layout, corner })), speaker)).toBe(false)
      }
    }
    expect(chartBox(scene({ layout: 'fullscreen' }))).toEqual(whole)
    expect(chartBox(scene({ hasSpeaker: false }))).toEqual(whole)
  })

  it('comes through all corners and back by one key', () => {
    let corner = corners[0] as (typeof corners)[number]
    const way = corners.map(() => (corner = nextCorner(corner)))
    expect(new Set(way).size).toBe(4)
    expect(corner).toBe(corners[0])
  })
})

describe('how a picture fits its box', () => {
  it('shows the whole of it between bars, in the middle', () => {
    const box = { x: 100, y: 0, width: 640, height: 720 }
    expect(contain({ width: 1920, height: 1080 }, box)).toEqual({
      x: 100,
      y: 180,
      width: 640,
      height: 360,
    })
    expect(contain({ width: 90, height: 160 }, whole)).toEqual({
      x: 437.5,
      y: 0,
      width: 405,
      height: 720,
    })
  })

  it('or fills the box with its middle, cut at two sides', () => {
    expect(cover({ width: 1280, height: 720 }, { width: 640, height: 720 })).toEqual({
      x: 320,
      y: 0,
      width: 640,
      height: 720,
    })
    expect(cover({ width: 480, height: 640 }, { width: 320, height: 180 })).toEqual({
      x: 0,
      y: 185,
      width: 480,
      height: 270,
    })
  })
})

describe('the way from one arrangement to the next', () => {
  it('begins at the one and ends at the other', () => {
    const from = placesOf(scene())
    const to = placesOf(scene({ layout: 'sideBySide' }))
    expect(isSamePlaces(between(from, to, 0), from)).toBe(true)
    expect(isSamePlaces(between(from, to, 1), to)).toBe(true)
    expect(between(from, to, 0.5).content.width).toBe(960)
    expect(isSamePlaces(from, to)).toBe(false)
  })

  it('is slow at both ends, and stays there', () => {
    expect([-1, 0, 0.5, 1, 2].map(eased)).toEqual([0, 0, 0.5, 1, 1])
    expect(eased(0.1)).toBeLessThan(0.1)
  })
})
