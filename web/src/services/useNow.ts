import { onScopeDispose, ref, type Ref } from 'vue'

/** The clock of this machine, ms, renewed every `every_ms`: only to say how old something is. */
export function useNow(every_ms = 30_000): Ref<number> {
  const now = ref(Date.now())
  const timer = window.setInterval(() => (now.value = Date.now()), every_ms)
  onScopeDispose(() => window.clearInterval(timer))
  return now
}
