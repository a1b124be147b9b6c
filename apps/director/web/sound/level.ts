const floor = -60 // dB of full scale; quieter counts as silence

/** How loud a chunk is: 0 at -60 dB and below, 1 at full scale. */
export function levelOf(chunk: Int16Array): number {
  let sum = 0
  for (const sample of chunk) sum += sample * sample
  const loudness = 20 * Math.log10(Math.sqrt(sum / (chunk.length || 1)) / 32767)
  return Math.max(0, Math.min(1, 1 - loudness / floor))
}
