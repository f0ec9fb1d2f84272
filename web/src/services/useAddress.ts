// Keeps the address bar and the view the same. Writing is held back a little: browsers refuse hundreds of changes a minute.

import { onScopeDispose, watch } from 'vue'
import { readHash, writeHash } from '../lib/route'
import { setView, view } from '../stores/view'

const hold_ms = 300

export function useAddress(): void {
  let timer = 0
  let page = view.page

  function write(): void {
    timer = 0
    const hash = writeHash(view)
    if (hash === location.hash) return
    // A change of page can be gone back from; a change within it replaces.
    if (view.page !== page) history.pushState(null, '', hash)
    else history.replaceState(history.state, '', hash)
    page = view.page
  }

  const read = (): void => {
    window.clearTimeout(timer)
    timer = 0
    setView(readHash(location.hash))
    page = view.page
  }

  watch(view, () => {
    if (timer === 0) timer = window.setTimeout(write, hold_ms)
  })
  window.addEventListener('hashchange', read)
  window.addEventListener('popstate', read)
  onScopeDispose(() => {
    window.clearTimeout(timer)
    window.removeEventListener('hashchange', read)
    window.removeEventListener('popstate', read)
  })
}
