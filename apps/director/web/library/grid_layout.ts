// Where the cards of a long grid stand, so that only those in sight are there. Pure.

export interface GridLayout {
  columns: number
  rowHeight: number
}

export const gap = 12
const cardWidthMin = 200
// Two lines of words below the picture.
const wordsHeight = 60

export function layOut(width: number): GridLayout {
  const columns = Math.max(2, Math.floor((width + gap) / (cardWidthMin + gap)))
  const cardWidth = (width - gap * (columns - 1)) / columns
  return { columns, rowHeight: Math.round((cardWidth * 9) / 16) + wordsHeight + gap }
}

/** The rows to be there: those in sight and some around. */
export function rowsInSight(
  layout: GridLayout,
  count: number,
  top: number,
  height: number,
): { first: number; last: number; rows: number } {
  const around = 3
  const rows = Math.ceil(count / layout.columns)
  const first = Math.max(0, Math.floor(top / layout.rowHeight) - around)
  const last = Math.min(rows, Math.ceil((top + height) / layout.rowHeight) + around)
  return { first: Math.min(first, rows), last: Math.max(last, 0), rows }
}

/** Where an arrow key leads from a card; the same place at an edge. */
export function step(key: string, index: number, columns: number, count: number): number {
  const to =
    {
      ArrowLeft: index - 1,
      ArrowRight: index + 1,
      ArrowUp: index - columns,
      ArrowDown: index + columns,
      Home: 0,
      End: count - 1,
    }[key] ?? index
  return to < 0 || to >= count ? index : to
}
