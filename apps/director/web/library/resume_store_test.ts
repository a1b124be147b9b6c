import { expect, test } from 'vitest'
import { makeResumeStore } from './resume_store.ts'

function memory(): Storage {
  const kept = new Map<string, string>()
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => {
      kept.set(key, text)
      Object.assign(storage, { [key]: text })
    },
    removeItem: (key: string) => {
      kept.delete(key)
      delete (storage as Record<string, unknown>)[key]
    },
  }
  return storage as unknown as Storage
}

const upload = {
  size: 5,
  metadata: { filename: 'secret name.mp4' },
  creationTime: 'now',
  uploadUrl: '/uploads/upl_1',
  urlStorageKey: '',
  parallelUploadUrls: null,
}

test('S-8: an upload is found again by its fingerprint, and its name is not kept', async () => {
  const storage = memory()
  const store = makeResumeStore(storage)
  const key = await store.addUpload('abc', upload)
  expect(storage.getItem(key!)).not.toContain('secret')
  const [found] = await store.findUploadsByFingerprint('abc')
  expect(found?.uploadUrl).toBe('/uploads/upl_1')
  expect(await store.findUploadsByFingerprint('abd')).toEqual([])
  await store.removeUpload(key!)
  expect(await store.findAllUploads()).toEqual([])
})
