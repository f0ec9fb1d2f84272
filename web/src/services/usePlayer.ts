// Moves time on its own: one step after another, never faster than the data comes.

import { onScopeDispose, ref, type Ref } from 'vue'

export interface Player {
  playing: Ref<boolean>
  toggle: () => void
  stop: () => void
}

/** `step` moves on and settles when the new state is shown; false ends the play. `pace` is steps a second. */
export function usePlayer(step: () => Promise<boolean>, pace: () => number): Player {
  const playing = ref(false)
  let timer = 0

  async function run(): Promise<void> {
    const begin = performance.now()
    const more = await step().catch(() => false)
    if (!playing.value) return
    if (!more) {
      playing.value = false
      return
    }
    const rest = 1000 / pace() - (performance.now() - begin)
    timer = window.setTimeout(() => void run(), Math.max(0, rest))
  }

  const stop = (): void => {
    playing.value = false
    window.clearTimeout(timer)
  }
  const toggle = (): void => {
    if (playing.value) return stop()
    playing.value = true
    void run()
  }
  onScopeDispose(stop)
  return { playing, toggle, stop }
}
