// Keeps the page's own files so that the field page opens without network. Data is not kept here: what is under /api/ always
// goes to the server, and what was taken into the field lies in the page's own store. The build fills in the two lines below.

const files = __FILES__
const cacheName = 'celadon-__BUILD__'

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(cacheName)
      .then((cache) => cache.addAll(files))
      .then(() => self.skipWaiting()),
  )
})

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((n) => n.startsWith('celadon-') && n !== cacheName).map((n) => caches.delete(n))))
      .then(() => self.clients.claim()),
  )
})

/** The newest page while there is a network, else the one that is kept. */
async function page(request) {
  try {
    return await fetch(request)
  } catch (error) {
    const kept = await caches.match('/', { cacheName })
    if (kept) return kept
    throw error
  }
}

/** Files under /assets/ never change under their name. */
async function file(request) {
  return (await caches.match(request, { cacheName })) ?? fetch(request)
}

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin) return
  if (request.mode === 'navigate' && !url.pathname.startsWith('/api/')) event.respondWith(page(request))
  else if (files.includes(url.pathname)) event.respondWith(file(request))
})
