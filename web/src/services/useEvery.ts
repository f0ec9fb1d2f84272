import { onScopeDispose } from 'vue'

/**
 * Calls `act` again and again while the scope lives, `pause_ms()` after the call before has ended, so that a slow server is
 * never asked twice at once. Nothing is asked while the page is not looked at; it is asked at once when it is again.
 */
export function useEvery(pause_ms: () => number, act: () => Promise<unknown> | void): void {
  let timer = 0
  let gone = false

  async function turn(): Promise<void> {
    window.clearTimeout(timer)
    timer = 0
    try {
      if (!document.hidden) await act()
    } finally {
      if (!gone) timer = window.setTimeout(() => void turn(), pause_ms())
    }
  }

  const seen = (): void => {
    if (!document.hidden && timer !== 0) void turn()
  }

  timer = window.setTimeout(() => void turn(), pause_ms())
  document.addEventListener('visibilitychange', seen)
  onScopeDispose(() => {
    gone = true
    window.clearTimeout(timer)
    document.removeEventListener('visibilitychange', seen)
  })
}
