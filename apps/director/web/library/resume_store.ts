import type { PreviousUpload, UrlStorage } from 'tus-js-client'

const prefix = 'antiphon.upload.'

/** What names a file without telling its name: it may stay in the browser's storage (S-8). */
export async function fingerprintOf(file: File): Promise<string> {
  const told = new TextEncoder().encode(`${file.name} ${file.size} ${file.lastModified}`)
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', told))
  return Array.from(digest, byte => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * Remembers where uploads of files stand on the server, so that a file that is chosen again after a
 * reload goes on where it was. Keeps no names.
 */
export function makeResumeStore(storage: Storage): UrlStorage {
  const all = () =>
    Object.keys(storage)
      .filter(key => key.startsWith(prefix))
      .flatMap(key => {
        const text = storage.getItem(key)
        return text ? [{ ...(JSON.parse(text) as PreviousUpload), urlStorageKey: key }] : []
      })
  return {
    findAllUploads: async () => all(),
    findUploadsByFingerprint: async fingerprint =>
      all().filter(({ urlStorageKey }) => urlStorageKey === prefix + fingerprint),
    removeUpload: async key => storage.removeItem(key),
    addUpload: async (fingerprint, { uploadUrl, size, creationTime }) => {
      const key = prefix + fingerprint
      storage.setItem(key, JSON.stringify({ uploadUrl, size, creationTime, metadata: {} }))
      return key
    },
  }
}
