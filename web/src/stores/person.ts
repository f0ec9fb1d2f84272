// Who acts. There is no login yet: each act names its person, and the name is kept in this browser so that it is typed once.

import { ref, watch } from 'vue'

const remembered = 'celadon.who'

function stored(): string {
  try {
    return localStorage.getItem(remembered) ?? ''
  } catch {
    return '' // storage may be forbidden; then nothing is remembered
  }
}

export const who = ref(stored())

watch(who, (name) => {
  try {
    localStorage.setItem(remembered, name.trim())
  } catch {
    // see stored()
  }
})
