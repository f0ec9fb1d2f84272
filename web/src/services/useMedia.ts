import { onScopeDispose, ref, type Ref } from 'vue'

/** True while the media query holds. */
export function useMedia(query: string): Ref<boolean> {
  const list = window.matchMedia(query)
  const holds = ref(list.matches)
  const update = (): void => void (holds.value = list.matches)
  list.addEventListener('change', update)
  onScopeDispose(() => list.removeEventListener('change', update))
  return holds
}

/** Phones and narrow windows: the panel is a sheet from below. */
export const narrow = '(max-width: 760px)'
