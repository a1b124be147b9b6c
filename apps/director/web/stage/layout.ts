import type { Layout } from '@antiphon/web/api/schema.ts'

// Where clip and speaker stand on the canvas, and how one arrangement moves into the next. Pure.

/** A place on the canvas, in its pixels. */
export interface Box {
  x: number
  y: number
  width: number
  height: number
}

export interface Size {
  width: number
  height: number
}

/** In the order in which a key goes through them: clockwise. */
export const corners = ['bottomRight', 'bottomLeft', 'topLeft', 'topRight'] as const
export type Corner = (typeof corners)[number]

export const layouts: readonly Layout[] = ['fullscreen', 'pip', 'sideBySide']

/** What there is to be arranged. */
export interface Scene {
  layout: Layout
  corner: Corner
  /** The camera gives a picture. */
  hasSpeaker: boolean
  /** A clip or a chart is on. */
  hasContent: boolean
}

export interface Places {
  /** Of clips and charts. */
  content: Box
  speaker: Box
  /** How much the speaker covers the clip: 0 stands behind it and fills the canvas, 1 before it. */
  front: number
  /** Of the speaker's corners. */
  radius: number
}

export const canvasSize: Size = { width: 1280, height: 720 }

const whole: Box = { x: 0, y: 0, ...canvasSize }
const half = canvasSize.width / 2
const small = { width: 320, height: 180, margin: 32, radius: 12 }

/** Where all stands. Who is alone has the whole canvas. */
export function placesOf({ layout, corner, hasSpeaker, hasContent }: Scene): Places {
  const alone: Places = { content: whole, speaker: whole, front: 0, radius: 0 }
  if (!hasSpeaker || layout === 'fullscreen') return alone
  if (!hasContent) return { ...alone, front: 1 }
  if (layout === 'pip') {
    return { content: whole, speaker: cornerBox(corner), front: 1, radius: small.radius }
  }
  return {
    content: { ...whole, width: half },
    speaker: { ...whole, x: half, width: half },
    front: 1,
    radius: 0,
  }
}

/** Where a chart stands: as clips do, but never below the speaker. */
export function chartBox(scene: Scene): Box {
  const { content } = placesOf(scene)
  if (!scene.hasSpeaker || scene.layout !== 'pip') return content
  const width = canvasSize.width - small.width - small.margin
  return { ...whole, x: scene.corner.endsWith('Left') ? small.width + small.margin : 0, width }
}

function cornerBox(corner: Corner): Box {
  const { width, height, margin } = small
  return {
    x: corner.endsWith('Left') ? margin : canvasSize.width - width - margin,
    y: corner.startsWith('top') ? margin : canvasSize.height - height - margin,
    width,
    height,
  }
}

export function nextCorner(corner: Corner): Corner {
  return corners[(corners.indexOf(corner) + 1) % corners.length]!
}

/** The whole picture, as large as it fits: bars stand beside it or above and below. */
export function contain(picture: Size, box: Box): Box {
  const scale = Math.min(box.width / picture.width, box.height / picture.height)
  const [width, height] = [picture.width * scale, picture.height * scale]
  return {
    x: box.x + (box.width - width) / 2,
    y: box.y + (box.height - height) / 2,
    width,
    height,
  }
}

/** The middle part of a picture that fills the box without bars, in the picture's own pixels. */
export function cover(picture: Size, box: Size): Box {
  const scale = Math.max(box.width / picture.width, box.height / picture.height)
  const [width, height] = [box.width / scale, box.height / scale]
  return { x: (picture.width - width) / 2, y: (picture.height - height) / 2, width, height }
}

/** Between two arrangements; `share` goes from 0 to 1. */
export function between(from: Places, to: Places, share: number): Places {
  const mix = (start: number, end: number) => start + (end - start) * share
  const mixBoxes = (start: Box, end: Box): Box => ({
    x: mix(start.x, end.x),
    y: mix(start.y, end.y),
    width: mix(start.width, end.width),
    height: mix(start.height, end.height),
  })
  return {
    content: mixBoxes(from.content, to.content),
    speaker: mixBoxes(from.speaker, to.speaker),
    front: mix(from.front, to.front),
    radius: mix(from.radius, to.radius),
  }
}

/** Slow at both ends. */
export function eased(share: number): number {
  const within = Math.max(0, Math.min(1, share))
  return within * within * (3 - 2 * within)
}

export function isSamePlaces(left: Places, right: Places): boolean {
  const isSameBox = (one: Box, other: Box) =>
    one.x === other.x &&
    one.y === other.y &&
    one.width === other.width &&
    one.height === other.height
  return (
    left.front === right.front &&
    isSameBox(left.content, right.content) &&
    isSameBox(left.speaker, right.speaker)
  )
}
