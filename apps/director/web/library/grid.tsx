import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { Card, type ShownClip } from './card.tsx'
import { layOut, rowsInSight, step } from './grid_layout.ts'

interface GridProps {
  clips: ShownClip[]
  /** How many there are, as far as that is known. */
  total: number
  progress: ReadonlyMap<string, number>
  open(assetId: string): void
  /** Asked for when the end comes in sight. */
  more?: () => void
}

/** Cards in rows, of which only those in sight are in the page. Arrow keys go from card to card. */
export function Grid({ clips, total, progress, open, more }: GridProps) {
  const list = useRef<HTMLUListElement>(null)
  const [view, setView] = useState({ width: 0, top: 0, height: 0 })
  const [focused, setFocused] = useState(-1)
  const layout = layOut(view.width || 1120)
  const { first, last, rows } = rowsInSight(layout, clips.length, view.top, view.height)

  useLayoutEffect(() => {
    const look = () => {
      const box = list.current?.getBoundingClientRect()
      if (box) setView({ width: box.width, top: Math.max(0, -box.top), height: window.innerHeight })
    }
    look()
    const sizes = new ResizeObserver(look)
    if (list.current) sizes.observe(list.current)
    window.addEventListener('scroll', look, { passive: true })
    window.addEventListener('resize', look)
    return () => {
      sizes.disconnect()
      window.removeEventListener('scroll', look)
      window.removeEventListener('resize', look)
    }
  }, [])

  useEffect(() => {
    if (more && view.height > 0 && last >= rows - 1) more()
  }, [more, last, rows, view.height])

  useEffect(() => {
    if (focused < 0) return
    const card = list.current?.querySelector<HTMLElement>(`[data-index="${focused}"]`)
    card?.focus({ preventScroll: true })
    card?.scrollIntoView({ block: 'nearest' })
  }, [focused, first, last])

  const onKey = (event: KeyboardEvent) => {
    const at = (event.target as HTMLElement).closest<HTMLElement>('[data-index]')
    if (!at) return
    const to = step(event.key, Number(at.dataset.index), layout.columns, clips.length)
    if (to === Number(at.dataset.index)) return
    event.preventDefault()
    const box = list.current?.getBoundingClientRect()
    const row = Math.floor(to / layout.columns)
    // A row that is not in the page yet comes into it by scrolling there.
    if (box && (row < first || row >= last)) {
      window.scrollTo({ top: window.scrollY + box.top + row * layout.rowHeight - 80 })
    }
    setFocused(to)
  }

  const shown = clips.slice(first * layout.columns, last * layout.columns)
  return (
    <ul
      ref={list}
      onKeyDown={onKey}
      onBlur={() => setFocused(-1)}
      className="grid content-start gap-3"
      style={{
        gridTemplateColumns: `repeat(${layout.columns}, minmax(0, 1fr))`,
        gridAutoRows: `${layout.rowHeight - 12}px`,
        paddingTop: first * layout.rowHeight,
        paddingBottom: Math.max(0, rows - last) * layout.rowHeight,
      }}
    >
      {shown.map((clip, place) => {
        const index = first * layout.columns + place
        return (
          <li key={clip.assetId} aria-posinset={index + 1} aria-setsize={total || -1}>
            <Card clip={clip} index={index} progress={progress.get(clip.assetId)} open={open} />
          </li>
        )
      })}
    </ul>
  )
}
