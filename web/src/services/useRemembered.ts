import { ref, watch, type Ref } from 'vue'

/** A list that this browser keeps under a name; null until something was chosen. The name may change. */
export function useRemembered(name: () => string): Ref<string[] | null> {
  function kept(): string[] | null {
    try {
      const told: unknown = JSON.parse(localStorage.getItem(name()) ?? 'null')
      return Array.isArray(told) ? told.filter((x): x is string => typeof x === 'string') : null
    } catch {
      return null // storage may be forbidden or hold something else; then nothing is remembered
    }
  }
  const list = ref(kept())
  watch(name, () => (list.value = kept()))
  watch(list, (now) => {
    try {
      if (now === null) localStorage.removeItem(name())
      else localStorage.setItem(name(), JSON.stringify(now))
    } catch {
      // see kept()
    }
  })
  return list
}
