import { describe, expect, it } from 'vitest'
import { isSameCuts, parseTime, problemsOf, timeText, withEdge, withoutCut } from './edit.ts'
import type { Cut } from './history_api.ts'

const cut = (number: number, start: number, end: number, kind: Cut['kind'] = 'clip'): Cut => ({
  number,
  start,
  end,
  kind,
  assetId: 'a',
  title: '',
  url: '',
  transition: 'crossfade',
  confidence: 1,
  said: '',
})
const cuts = [cut(1, 1, 3), cut(2, 3, 5), cut(3, 6, 8)]

describe('D-21: the cuts of an edit list', () => {
  it('are moved, removed, and known to be changed or not', () => {
    expect(withEdge(cuts, 2, 'end', 5.5)[1]).toMatchObject({ start: 3, end: 5.5 })
    expect(withoutCut(cuts, 2).map(({ number }) => number)).toEqual([1, 3])
    expect(isSameCuts(cuts, withEdge(cuts, 2, 'end', 5))).toBe(true)
    expect(isSameCuts(cuts, withEdge(cuts, 2, 'end', 5.5))).toBe(false)
    expect(isSameCuts(cuts, withoutCut(cuts, 3))).toBe(false)
  })

  it('stay inside the take, end after they begin, and do not cover each other', () => {
    expect(problemsOf(cuts, 8).size).toBe(0)
    expect(problemsOf(withEdge(cuts, 3, 'end', 9), 8).get(3)).toBe('outside')
    expect(problemsOf(withEdge(cuts, 1, 'start', 3), 8).get(1)).toBe('backwards')
    expect(problemsOf(withEdge(cuts, 1, 'end', 3.5), 8).get(2)).toBe('overlaps')
  })

  it('a chart may stand over a clip, but over no chart', () => {
    const both = [cut(1, 0, 5), cut(2, 1, 4, 'chart'), cut(3, 3, 6, 'chart')]
    expect([...problemsOf(both, 8)]).toEqual([[3, 'overlaps']])
  })
})

describe('a time as people write it', () => {
  it('is told to the hundredth', () => {
    expect([0, 5.257, 83.4, 3725].map(timeText)).toEqual([
      '0:00.00',
      '0:05.26',
      '1:23.40',
      '62:05.00',
    ])
    expect(timeText(59.999)).toBe('1:00.00')
  })

  it('is read in each form', () => {
    expect(['1:23.4', '83.4', '83,4', '0:00', '1:02:03', '75:00'].map(parseTime)).toEqual([
      83.4, 83.4, 83.4, 0, 3723, 4500,
    ])
  })

  it('is refused when it is none', () => {
    for (const text of ['', 'one', '-1', '1:75', '1.5:20', '1:2:3:4', '1:']) {
      expect(parseTime(text), text).toBeUndefined()
    }
  })
})
