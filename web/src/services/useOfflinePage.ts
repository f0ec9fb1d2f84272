// Lets the page open without network: a worker of ours keeps its files. It is set up by whoever opens the field page; while
// developing there is none.

import { onScopeDispose, ref, type Ref } from 'vue'

export interface OfflinePage {
  /** the page opens without network */
  ready: Ref<boolean>
  /** the browser offers to put the page on the home screen */
  installable: Ref<boolean>
  install: () => Promise<void>
}

interface InstallPrompt extends Event {
  prompt: () => Promise<unknown>
}

export function useOfflinePage(): OfflinePage {
  const ready = ref(false)
  const installable = ref(false)
  let offer: InstallPrompt | null = null

  const listen = (e: Event): void => {
    e.preventDefault()
    offer = e as InstallPrompt
    installable.value = true
  }
  window.addEventListener('beforeinstallprompt', listen)
  onScopeDispose(() => window.removeEventListener('beforeinstallprompt', listen))

  if (import.meta.env.PROD && 'serviceWorker' in navigator) {
    void navigator.serviceWorker.register('/field-worker.js').catch(() => undefined) // without it the page needs a network, and says so
    void navigator.serviceWorker.ready.then(() => (ready.value = true))
  }
  async function install(): Promise<void> {
    await offer?.prompt()
    installable.value = false
  }
  return { ready, installable, install }
}
