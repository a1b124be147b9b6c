import { expect, it } from 'vitest'
import { levelOf } from './level.ts'

it('is 0 for silence, 1 for full scale, and halves with each 30 dB', () => {
  expect(levelOf(new Int16Array(1600))).toBe(0)
  expect(levelOf(new Int16Array(1600).fill(32767))).toBe(1)
  expect(levelOf(new Int16Array(1600).fill(1036))).toBeCloseTo(0.5, 2)
})
