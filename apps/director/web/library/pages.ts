import type { AssetView, AssetViewPage } from '@antiphon/web/api/schema.ts'
import type { InfiniteData } from '@tanstack/react-query'

export type Pages = InfiniteData<AssetViewPage, string>

/** The list with a clip as it is now: in its place, or before all others when it is new. Pure. */
export function withClip(data: Pages, clip: AssetView): Pages {
  const isThere = data.pages.some(page => page.items.some(item => item.assetId === clip.assetId))
  const pages = data.pages.map((page, index) => {
    if (!isThere && index === 0) return { ...page, items: [clip, ...page.items] }
    return {
      ...page,
      items: page.items.map(item => (item.assetId === clip.assetId ? clip : item)),
    }
  })
  return { ...data, pages }
}

/** The list without a clip. Pure. */
export function withoutClip(data: Pages, assetId: string): Pages {
  const pages = data.pages.map(page => ({
    ...page,
    items: page.items.filter(item => item.assetId !== assetId),
  }))
  return { ...data, pages }
}
