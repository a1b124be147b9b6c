import type { AssetView } from '@antiphon/web/api/schema.ts'
import { expect, test } from 'vitest'
import { type Pages, withClip, withoutClip } from './pages.ts'

const clip = (assetId: string, title = '') => ({ assetId, title }) as AssetView
const list: Pages = {
  pageParams: ['', 'b'],
  pages: [{ items: [clip('c'), clip('b')], nextCursor: 'b' }, { items: [clip('a')] }],
}
const ids = (data: Pages) => data.pages.map(page => page.items.map(item => item.assetId))

test('a changed clip stays where it is, a new one comes first, a deleted one goes', () => {
  const changed = withClip(list, clip('a', 'Sea'))
  expect(ids(changed)).toEqual([['c', 'b'], ['a']])
  expect(changed.pages[1]?.items[0]?.title).toBe('Sea')
  expect(ids(withClip(list, clip('d')))).toEqual([['d', 'c', 'b'], ['a']])
  expect(ids(withoutClip(list, 'b'))).toEqual([['c'], ['a']])
})
