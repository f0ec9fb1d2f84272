// Whether the command palette is open, and what the person chose before.

import { ref } from 'vue'

export const paletteOpen = ref(false)

export function openPalette(): void {
  paletteOpen.value = true
}
