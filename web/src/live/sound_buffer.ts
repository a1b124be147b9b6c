/**
 * The newest sound of a take, so that a connection can be given again what got lost on the way.
 * Positions count samples from the beginning of the session.
 */
export class SoundBuffer {
  private chunks: Int16Array<ArrayBuffer>[] = []
  private first = 0
  private next = 0

  constructor(private readonly samplesMax: number) {}

  /** Where the next chunk will stand. */
  get end(): number {
    return this.next
  }

  add(chunk: Int16Array<ArrayBuffer>): void {
    this.chunks.push(chunk)
    this.next += chunk.length
    let oldest = this.chunks[0]
    while (oldest && this.next - this.first - oldest.length >= this.samplesMax) {
      this.first += oldest.length
      this.chunks.shift()
      oldest = this.chunks[0]
    }
  }

  /** Goes on behind sound that another page sent. Does nothing when it is here already. */
  skipTo(sample: number): void {
    if (sample <= this.next) return
    this.chunks = []
    this.first = this.next = sample
  }

  /** Everything kept from `sample` on; what is older than the buffer cannot be given any more. */
  from(sample: number): { offset: number; chunks: Int16Array<ArrayBuffer>[] } {
    const offset = Math.max(sample, this.first)
    const chunks: Int16Array<ArrayBuffer>[] = []
    let begin = this.first
    for (const chunk of this.chunks) {
      const end = begin + chunk.length
      if (end > offset) chunks.push(chunk.subarray(Math.max(0, offset - begin)))
      begin = end
    }
    return { offset, chunks }
  }
}
