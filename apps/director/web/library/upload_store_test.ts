import { beforeEach, expect, test, vi } from 'vitest'

// The protocol's client, which tells what it was asked to do; its look for earlier uploads ends
// when a test says so.
const tus = vi.hoisted(() => ({ started: 0, aborted: 0, endLook: () => {} }))

vi.mock('tus-js-client', () => ({
  DetailedError: class extends Error {},
  Upload: class {
    findPreviousUploads() {
      return new Promise(resolve => {
        tus.endLook = () => resolve([])
      })
    }
    start() {
      tus.started += 1
    }
    abort() {
      tus.aborted += 1
    }
  },
}))

async function looked() {
  tus.endLook()
  await Promise.resolve()
  await Promise.resolve()
}

async function sending() {
  vi.resetModules()
  vi.stubGlobal('localStorage', { getItem: () => null, setItem() {}, removeItem() {} })
  const { useUploads } = await import('./upload_store.ts')
  useUploads.getState().add([new File(['film'], 'film.webm')])
  return useUploads
}

beforeEach(() => {
  tus.started = tus.aborted = 0
})

test('a file is sent once it is known whether it was begun before', async () => {
  const uploads = await sending()
  expect(tus.started).toBe(0)
  await looked()
  expect(tus.started).toBe(1)
  expect(uploads.getState().all[0]?.state).toBe('sending')
})

test('what is paused at once stays so, until it is resumed', async () => {
  const uploads = await sending()
  uploads.getState().pause(1)
  await looked()
  expect(tus.started).toBe(0)
  expect(uploads.getState().all[0]?.state).toBe('paused')
  uploads.getState().resume(1)
  expect(tus.started).toBe(1)
})

test('what is taken off the list at once is not sent', async () => {
  const uploads = await sending()
  uploads.getState().drop(1)
  await looked()
  expect(tus.started).toBe(0)
  expect(uploads.getState().all).toEqual([])
})
