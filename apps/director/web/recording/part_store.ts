/** A recording as far as this browser knows it. */
export interface Recording {
  id: string
  sessionId: string
  /** Who recorded it: nobody else's sign-in sends it. */
  ownerId: string
  /** Where in the take's sound it begins. */
  offsetMs: number
  type: string
  /** Where its bytes go; empty before the server has given a place. */
  uploadUrl: string
  /** So many bytes there are. */
  bytes: number
  /** So many of them the server has for good. */
  acknowledged: number
  /** Nothing comes after `bytes`. */
  ended: boolean
}

/**
 * Keeps the parts of recordings until the server has them. A recording's parts follow each other
 * without a gap; `add` and `acknowledge` also note what they change in the recording itself.
 */
export interface PartStore {
  recordings(): Promise<Recording[]>
  save(recording: Recording): Promise<void>
  /** Appends. @throws DOMException QuotaExceededError when the browser gives no more room */
  add(recording: Recording, part: Blob): Promise<void>
  /** What follows from `offset` on, at most `bytesMax`; empty at the end. */
  read(id: string, offset: number, bytesMax: number): Promise<Blob>
  /** Lets go of what lies before `offset`. */
  acknowledge(recording: Recording, offset: number): Promise<void>
  remove(id: string): Promise<void>
}

interface Part {
  offset: number
  blob: Blob
}

/** The parts that follow each other from `offset` on, the first one cut where it begins earlier. */
export function joined(parts: Part[], offset: number, bytesMax: number): Blob {
  const pieces: Blob[] = []
  let at = offset
  for (const part of parts) {
    if (part.offset > at || at - offset >= bytesMax) break
    const begin = at - part.offset
    const piece = part.blob.slice(begin, begin + bytesMax - (at - offset))
    if (piece.size <= 0) continue
    pieces.push(piece)
    at += piece.size
  }
  return new Blob(pieces)
}

const databaseName = 'antiphon.director.recordings'

/** In the browser's database: a page that is loaded again finds them. */
export async function openPartStore(): Promise<PartStore> {
  const database = await open()
  // Done when it is on the disk as far as the browser promises that.
  const change = (edit: (recordings: IDBObjectStore, parts: IDBObjectStore) => void) =>
    new Promise<void>((resolve, reject) => {
      const names = ['recordings', 'parts']
      const transaction = database.transaction(names, 'readwrite')
      transaction.oncomplete = () => resolve()
      transaction.onabort = () => reject(transaction.error)
      edit(transaction.objectStore('recordings'), transaction.objectStore('parts'))
    })
  return {
    recordings: () => asked(database.transaction('recordings').objectStore('recordings').getAll()),
    save: recording => change(recordings => recordings.put({ ...recording })),
    async add(recording, part) {
      const offset = recording.bytes
      const grown = { ...recording, bytes: offset + part.size }
      await change((recordings, parts) => {
        parts.put({ offset, blob: part }, [recording.id, offset])
        recordings.put(grown)
      })
      recording.bytes = grown.bytes
    },
    async read(id, offset, bytesMax) {
      const parts = database.transaction('parts').objectStore('parts')
      const first = await lastKeyUpTo(parts, id, offset)
      const range = IDBKeyRange.bound([id, first], [id, offset + bytesMax])
      const kept = database.transaction('parts').objectStore('parts').getAll(range)
      return joined(await asked(kept), offset, bytesMax)
    },
    async acknowledge(recording, offset) {
      recording.acknowledged = offset
      const parts = database.transaction('parts').objectStore('parts')
      const first = await lastKeyUpTo(parts, recording.id, offset)
      await change((recordings, kept) => {
        recordings.put({ ...recording })
        // A range without anything in it is an error there.
        if (first === 0) return
        kept.delete(IDBKeyRange.bound([recording.id, 0], [recording.id, first], false, true))
      })
    },
    remove: id =>
      change((recordings, parts) => {
        recordings.delete(id)
        parts.delete(IDBKeyRange.bound([id, 0], [id, Infinity]))
      }),
  }
}

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(databaseName, 1)
  request.onupgradeneeded = () => {
    request.result.createObjectStore('recordings', { keyPath: 'id' })
    request.result.createObjectStore('parts')
  }
  return asked(request)
}

function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

// Where the part begins in which `offset` lies.
async function lastKeyUpTo(parts: IDBObjectStore, id: string, offset: number): Promise<number> {
  const range = IDBKeyRange.bound([id, 0], [id, offset])
  const cursor = await asked(parts.openKeyCursor(range, 'prev'))
  return cursor ? (cursor.key as [string, number])[1] : offset
}

/** For browsers that keep nothing: what is here is gone with the page. */
export function makePartMemory(bytesMax = Infinity): PartStore {
  const all = new Map<string, Recording>()
  const parts = new Map<string, Part[]>()
  return {
    recordings: async () => [...all.values()].map(recording => ({ ...recording })),
    async save(recording) {
      all.set(recording.id, { ...recording })
    },
    async add(recording, blob) {
      const kept = parts.get(recording.id) ?? []
      const sum = kept.reduce((bytes, part) => bytes + part.blob.size, blob.size)
      if (sum > bytesMax) throw new DOMException('No more room.', 'QuotaExceededError')
      parts.set(recording.id, [...kept, { offset: recording.bytes, blob }])
      recording.bytes += blob.size
      all.set(recording.id, { ...recording })
    },
    async read(id, offset, most) {
      const kept = parts.get(id) ?? []
      return joined(
        kept.filter(part => part.offset + part.blob.size > offset),
        offset,
        most,
      )
    },
    async acknowledge(recording, offset) {
      recording.acknowledged = offset
      all.set(recording.id, { ...recording })
      const kept = parts.get(recording.id) ?? []
      parts.set(
        recording.id,
        kept.filter(part => part.offset + part.blob.size > offset),
      )
    },
    async remove(id) {
      all.delete(id)
      parts.delete(id)
    },
  }
}
