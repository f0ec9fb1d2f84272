import { onScopeDispose } from 'vue'

/** Calls `handle` when Escape is pressed anywhere and nobody nearer has used it. */
export function useEscape(handle: () => void): void {
  const listen = (e: KeyboardEvent): void => {
    if (e.key === 'Escape' && !e.defaultPrevented) handle()
  }
  window.addEventListener('keydown', listen)
  onScopeDispose(() => window.removeEventListener('keydown', listen))
}
