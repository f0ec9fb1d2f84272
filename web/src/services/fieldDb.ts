// What the field page keeps in this browser (IndexedDB): errands, the bytes of their photos, records taken along, and the
// descriptions of their registers. A promise that resolves is on the disk.

const name = 'celadon-field'
const version = 1
export const stores = ['errands', 'files', 'taken', 'described', 'kept'] as const
export type StoreName = (typeof stores)[number]

let opened: Promise<IDBDatabase> | null = null

function open(): Promise<IDBDatabase> {
  opened ??= new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(name, version)
    request.onupgradeneeded = () => {
      for (const s of stores) if (!request.result.objectStoreNames.contains(s)) request.result.createObjectStore(s)
    }
    request.onsuccess = () => {
      // Another tab with a newer page must be able to go on.
      request.result.onversionchange = () => {
        request.result.close()
        opened = null
      }
      resolve(request.result)
    }
    request.onerror = () => {
      opened = null
      reject(request.error ?? new Error('IndexedDB cannot be opened'))
    }
  })
  return opened
}

async function within<T>(names: StoreName[], mode: IDBTransactionMode, work: (t: IDBTransaction) => IDBRequest<T> | null): Promise<T | undefined> {
  const db = await open()
  return new Promise((resolve, reject) => {
    const t = db.transaction(names, mode, { durability: 'strict' })
    const request = work(t)
    t.oncomplete = () => resolve(request?.result)
    t.onabort = () => reject(t.error ?? new Error('the browser gave up keeping'))
  })
}

export const readOne = <T>(store: StoreName, key: string): Promise<T | undefined> => within<T>([store], 'readonly', (t) => t.objectStore(store).get(key))

export async function readAll<T>(store: StoreName): Promise<T[]> {
  return (await within<T[]>([store], 'readonly', (t) => t.objectStore(store).getAll())) ?? []
}

export async function writeOne(store: StoreName, key: string, value: unknown): Promise<void> {
  await within([store], 'readwrite', (t) => t.objectStore(store).put(value, key))
}

export async function remove(store: StoreName, keys: readonly string[]): Promise<void> {
  await within([store], 'readwrite', (t) => {
    for (const key of keys) t.objectStore(store).delete(key)
    return null
  })
}

/** An errand and the bytes it names, together or not at all. */
export async function writeWithFiles(key: string, errand: unknown, files: readonly { id: string; bytes: Blob }[]): Promise<void> {
  await within(['errands', 'files'], 'readwrite', (t) => {
    for (const f of files) t.objectStore('files').put(f.bytes, f.id)
    t.objectStore('errands').put(errand, key)
    return null
  })
}

/** Asks the browser not to clear what is kept when room is short. */
export async function keepForGood(): Promise<boolean> {
  try {
    return (await navigator.storage?.persist?.()) ?? false
  } catch {
    return false // an old browser keeps as long as it likes
  }
}
