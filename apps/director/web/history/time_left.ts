/** When work stood how far. */
export interface Standing {
  at: number
  progress: number
}

const judgedFrom = 3000 // milliseconds; before that any guess is wild

/**
 * How long work will still take, in milliseconds, by its pace since it was first looked at; nothing
 * while that cannot be judged. Pure.
 */
export function timeLeft(first: Standing, now: Standing): number | undefined {
  const took = now.at - first.at
  const done = now.progress - first.progress
  if (took < judgedFrom || done <= 0 || now.progress >= 1) return undefined
  return (took / done) * (1 - now.progress)
}
