// Moves time on its own: one step after another, never faster than the data comes.

import { onScopeDispose, ref, type Ref } from 'vue'

export interface Player {
  playing: Ref<boolean>
  /** steps a second */
  speed: Ref<number>
  toggle: () => void
  stop: () => void
}

/** `step` moves on and settles when the new state is shown; false ends the play. */
export function usePlayer(step: () => Promise<boolean>): Player {
  const playing = ref(false)
  const speed = ref(2)
  let timer = 0

  async function run(): Promise<void> {
    const begin = performance.now()
    const more = await step().catch(() => false)
    if (!playing.value) return
    if (!more) {
      playing.value = false
      return
    }
    const rest = 1000 / speed.value - (performance.now() - begin)
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
  return { playing, speed, toggle, stop }
}
