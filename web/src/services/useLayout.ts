import { ref, watch, type Ref } from 'vue'
import { readLayout, type Layout } from '../lib/table_layout'

/** The layout of a table as this browser keeps it under a name; the name may change. */
export function useLayout(name: () => string): Ref<Layout> {
  function kept(): Layout {
    try {
      return readLayout(localStorage.getItem(name()))
    } catch {
      return readLayout(null) // storage may be forbidden; then nothing is remembered
    }
  }
  const layout = ref(kept())
  watch(name, () => (layout.value = kept()))
  watch(layout, (now) => {
    try {
      localStorage.setItem(name(), JSON.stringify(now))
    } catch {
      // see kept()
    }
  })
  return layout
}
