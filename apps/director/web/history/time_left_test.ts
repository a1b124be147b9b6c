import { expect, it } from 'vitest'
import { timeLeft } from './time_left.ts'

it('goes by the pace so far', () => {
  expect(timeLeft({ at: 0, progress: 0 }, { at: 10_000, progress: 0.25 })).toBe(30_000)
  expect(timeLeft({ at: 5000, progress: 0.5 }, { at: 10_000, progress: 0.75 })).toBe(5000)
})

it('does not guess too early, nor when nothing moves, nor at the end', () => {
  expect(timeLeft({ at: 0, progress: 0 }, { at: 1000, progress: 0.5 })).toBeUndefined()
  expect(timeLeft({ at: 0, progress: 0.5 }, { at: 60_000, progress: 0.5 })).toBeUndefined()
  expect(timeLeft({ at: 0, progress: 0.5 }, { at: 60_000, progress: 1 })).toBeUndefined()
})
