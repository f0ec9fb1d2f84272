// Who acts: the person who is signed in; while there are no accounts, the name that was typed, kept in this browser so that
// it is typed once.

import { computed, ref, watch } from 'vue'
import { caller, signedIn } from './session'

const remembered = 'celadon.who'

function stored(): string {
  try {
    return localStorage.getItem(remembered) ?? ''
  } catch {
    return '' // storage may be forbidden; then nothing is remembered
  }
}

const typed = ref(stored())

export const who = computed<string>({
  get: () => (signedIn.value ? (caller.value?.name ?? '') : typed.value),
  set: (name) => (typed.value = name),
})

watch(typed, (name) => {
  try {
    localStorage.setItem(remembered, name.trim())
  } catch {
    // see stored()
  }
})
