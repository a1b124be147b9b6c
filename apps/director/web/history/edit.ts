import type { Cut } from './history_api.ts'

// What a person does to the cuts of an edit list. Pure.

export type Edge = 'start' | 'end'

/** Why a cut cannot stand as it is. */
export type CutProblem = 'outside' | 'backwards' | 'overlaps'

/** Half a frame at 25 frames a second: nearer than that, two times are the same. */
const nearlyNothing = 0.02

/** The cuts with one edge of one of them moved. */
export function withEdge(cuts: Cut[], number: number, edge: Edge, seconds: number): Cut[] {
  return cuts.map(cut => (cut.number === number ? { ...cut, [edge]: seconds } : cut))
}

export function withoutCut(cuts: Cut[], number: number): Cut[] {
  return cuts.filter(cut => cut.number !== number)
}

export function isSameCuts(left: Cut[], right: Cut[]): boolean {
  const isSame = (one: Cut, other: Cut | undefined) =>
    one.number === other?.number && one.start === other.start && one.end === other.end
  return left.length === right.length && left.every((cut, index) => isSame(cut, right[index]))
}

/** What is wrong, by the numbers of the cuts. Clips may not cover clips, nor charts charts. */
export function problemsOf(cuts: Cut[], duration: number): Map<number, CutProblem> {
  const problems = new Map<number, CutProblem>()
  for (const [index, cut] of cuts.entries()) {
    const before = cuts.slice(0, index).findLast(other => other.kind === cut.kind)
    const isOutside = cut.start < 0 || cut.end > duration + nearlyNothing
    if (before && cut.start < before.end - nearlyNothing) problems.set(cut.number, 'overlaps')
    if (isOutside) problems.set(cut.number, 'outside')
    if (cut.end - cut.start < nearlyNothing) problems.set(cut.number, 'backwards')
  }
  return problems
}

/** 83.4 as "1:23.40". */
export function timeText(seconds: number): string {
  const hundredths = Math.max(0, Math.round(seconds * 100))
  const minutes = Math.floor(hundredths / 6000)
  const rest = ((hundredths % 6000) / 100).toFixed(2)
  return `${minutes}:${rest.padStart(5, '0')}`
}

/** Reads "1:23.4", "1:02:03" and "83,4"; nothing for what is no time. */
export function parseTime(text: string): number | undefined {
  const parts = text.trim().replace(',', '.').split(':')
  if (parts.length > 3 || parts.some(part => !/^\d+(\.\d+)?$/.test(part))) return undefined
  if (parts.slice(0, -1).some(part => part.includes('.'))) return undefined
  const [first, ...lower] = parts.map(Number)
  if (lower.some(part => part >= 60)) return undefined
  return lower.reduce((sum, part) => sum * 60 + part, first!)
}
