import { expect, test } from 'vitest'
import { layOut, rowsInSight, step } from './grid_layout.ts'

test('cards are never narrower than they can be read', () => {
  expect(layOut(328).columns).toBe(2)
  expect(layOut(1120).columns).toBe(5)
})

test('of 50,000 clips only those in sight are there', () => {
  const layout = layOut(1120)
  const { first, last, rows } = rowsInSight(layout, 50_000, layout.rowHeight * 5000, 900)
  expect(rows).toBe(10_000)
  expect(first).toBe(4997)
  expect((last - first) * layout.columns).toBeLessThan(70)
  expect(rowsInSight(layout, 0, 0, 900)).toEqual({ first: 0, last: 0, rows: 0 })
  expect(rowsInSight(layout, 3, 100_000, 900).first).toBe(1)
})

test('arrow keys go from card to card and stay at the edges', () => {
  expect(step('ArrowRight', 3, 4, 10)).toBe(4)
  expect(step('ArrowDown', 3, 4, 10)).toBe(7)
  expect(step('ArrowDown', 7, 4, 10)).toBe(7)
  expect(step('ArrowUp', 2, 4, 10)).toBe(2)
  expect(step('End', 2, 4, 10)).toBe(9)
  expect(step('x', 2, 4, 10)).toBe(2)
})
