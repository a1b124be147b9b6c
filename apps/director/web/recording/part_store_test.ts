import { describe, expect, it } from 'vitest'
import { joined, makePartMemory, type Recording } from './part_store.ts'

const part = (offset: number, text: string) => ({ offset, blob: new Blob([text]) })
const recording = (): Recording => ({
  id: 'a',
  sessionId: 'ses_1',
  ownerId: 'usr_1',
  offsetMs: 0,
  type: 'video/webm',
  uploadUrl: '',
  bytes: 0,
  acknowledged: 0,
  ended: false,
})

describe('the parts of a recording', () => {
  it('join from any byte on, and end at a gap', async () => {
    const parts = [part(0, 'abc'), part(3, 'def'), part(7, 'ghi')]
    expect(await joined(parts, 0, 99).text()).toBe('abcdef')
    expect(await joined(parts, 4, 99).text()).toBe('ef')
    expect(await joined(parts, 6, 99).text()).toBe('')
    expect(await joined(parts, 7, 99).text()).toBe('ghi')
  })

  it('come together until there are as many bytes as may be', async () => {
    const parts = [part(0, 'abc'), part(3, 'def'), part(6, 'ghi')]
    expect(await joined(parts, 0, 4).text()).toBe('abcd')
    expect(await joined(parts, 4, 1).text()).toBe('e')
  })

  it('stay until they are acknowledged, one that is half there as a whole', async () => {
    const store = makePartMemory()
    const kept = recording()
    await store.save(kept)
    await store.add(kept, new Blob(['abc']))
    await store.add(kept, new Blob(['def']))
    await store.acknowledge(kept, 4)
    expect(await store.recordings()).toMatchObject([{ bytes: 6, acknowledged: 4 }])
    expect(await (await store.read('a', 4, 99)).text()).toBe('ef')
    expect(await (await store.read('a', 0, 99)).text()).toBe('')
  })

  it('are refused when there is no more room, and what was there stays', async () => {
    const store = makePartMemory(5)
    const kept = recording()
    await store.add(kept, new Blob(['abc']))
    await expect(store.add(kept, new Blob(['def']))).rejects.toThrow('No more room')
    expect(kept.bytes).toBe(3)
    expect(await (await store.read('a', 0, 99)).text()).toBe('abc')
  })
})
