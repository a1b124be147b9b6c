import { get, post } from '@antiphon/web/api/request.ts'
import type { AssetView, OpenedWatch } from '@antiphon/web/api/schema.ts'
import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { paths } from '../api.ts'
import { type Pages, withClip, withoutClip } from './pages.ts'

interface Told {
  type: string
  assetId?: string
  state?: string
  clips?: { assetId: string; progress: number }[]
}

const togetherMs = 200
// So many changes at once are asked for as a list, not one by one.
const oneByOneMax = 20

/** The key of the list of all clips, which a changed clip is put into. */
export const allKey = ['assets', 'all', ''] as const

async function takeIn(client: QueryClient, changed: Map<string, string>): Promise<void> {
  void client.invalidateQueries({ queryKey: ['library'] })
  const isInAll = ({ queryKey }: { queryKey: readonly unknown[] }) =>
    queryKey.every((part, index) => part === allKey[index])
  // Lists that a filter or words have made are short: they are asked for anew.
  void client.invalidateQueries({ queryKey: ['assets'], predicate: query => !isInAll(query) })
  if (changed.size > oneByOneMax) {
    return client.invalidateQueries({ queryKey: allKey })
  }
  for (const [assetId, state] of changed) {
    const clip = state === 'deleted' ? undefined : await get<AssetView>(paths.asset(assetId))
    client.setQueryData<Pages>(allKey, data => {
      if (!data) return data
      return clip ? withClip(data, clip) : withoutClip(data, assetId)
    })
  }
}

/**
 * Follows what becomes of clips: changed ones are asked for anew, and the progress of preparations
 * is given.
 */
export function useWatch(): ReadonlyMap<string, number> {
  const client = useQueryClient()
  const [progress, setProgress] = useState<ReadonlyMap<string, number>>(new Map())
  useEffect(() => {
    let events: EventSource | undefined
    let isOver = false
    let timer = 0
    let changed = new Map<string, string>()
    const flush = () => {
      const now = changed
      changed = new Map()
      takeIn(client, now).catch(() => client.invalidateQueries({ queryKey: allKey }))
    }
    const listen = async () => {
      const { sessionId } = await post<OpenedWatch>(paths.watch)
      if (isOver) return
      events = new EventSource(paths.watchEvents(sessionId))
      events.onmessage = ({ data }: MessageEvent<string>) => {
        const told = JSON.parse(data) as Told
        if (told.type === 'clip_changed' && told.assetId) {
          changed.set(told.assetId, told.state ?? '')
          clearTimeout(timer)
          timer = window.setTimeout(flush, togetherMs)
        }
        if (told.type === 'library_progress') {
          setProgress(new Map(told.clips?.map(clip => [clip.assetId, clip.progress])))
        }
      }
    }
    // Without it the page shows what was there when it was asked.
    listen().catch(() => undefined)
    return () => {
      isOver = true
      clearTimeout(timer)
      events?.close()
    }
  }, [client])
  return progress
}
