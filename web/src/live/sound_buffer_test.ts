import { describe, expect, it } from 'vitest'
import { SoundBuffer } from './sound_buffer.ts'

const chunk = (...samples: number[]) => new Int16Array(samples)
const samplesFrom = (buffer: SoundBuffer, sample: number) => {
  const { offset, chunks } = buffer.from(sample)
  return [offset, chunks.flatMap(part => [...part])]
}

describe('the sound buffer (D-20)', () => {
  it('gives again what comes after a position, also inside a chunk', () => {
    const buffer = new SoundBuffer(100)
    buffer.add(chunk(0, 1, 2, 3))
    buffer.add(chunk(4, 5, 6, 7))
    expect(samplesFrom(buffer, 2)).toEqual([2, [2, 3, 4, 5, 6, 7]])
    expect(samplesFrom(buffer, 4)).toEqual([4, [4, 5, 6, 7]])
    expect(samplesFrom(buffer, 8)).toEqual([8, []])
  })

  it('forgets whole chunks beyond its limit and says from where it has sound', () => {
    const buffer = new SoundBuffer(4)
    for (const start of [0, 2, 4, 6]) buffer.add(chunk(start, start + 1))
    expect(samplesFrom(buffer, 0)).toEqual([4, [4, 5, 6, 7]])
    expect(buffer.end).toBe(8)
  })

  it('goes on behind sound that another page sent', () => {
    const buffer = new SoundBuffer(100)
    buffer.skipTo(1000)
    buffer.add(chunk(1, 2))
    expect(samplesFrom(buffer, 1000)).toEqual([1000, [1, 2]])
  })

  it('keeps what it has when the server has heard less', () => {
    const buffer = new SoundBuffer(100)
    buffer.add(chunk(1, 2, 3))
    buffer.skipTo(2)
    expect(samplesFrom(buffer, 2)).toEqual([2, [3]])
  })
})
