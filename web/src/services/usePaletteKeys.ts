import { onScopeDispose } from 'vue'
import { openPalette } from '../stores/palette'

const typing = 'input, textarea, select, [contenteditable=true]'

/** Ctrl or Cmd with K anywhere; "/" where nothing is typed into. */
export function usePaletteKeys(): void {
  const listen = (e: KeyboardEvent): void => {
    const within = e.target instanceof Element && e.target.closest(typing) !== null
    const combined = (e.ctrlKey || e.metaKey) && !e.altKey && e.key.toLowerCase() === 'k'
    const slash = e.key === '/' && !e.ctrlKey && !e.metaKey && !e.altKey && !within
    if (!combined && !slash) return
    e.preventDefault()
    openPalette()
  }
  window.addEventListener('keydown', listen)
  onScopeDispose(() => window.removeEventListener('keydown', listen))
}
