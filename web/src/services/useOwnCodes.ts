// Codes of the reports told from this browser, kept here alone so that their reporter need not write them down.

import { ref, type Ref } from 'vue'

const remembered = 'celadon.follow'
const most = 20

function stored(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(remembered) ?? '[]')
    return Array.isArray(kept) ? kept.filter((c): c is string => typeof c === 'string').slice(0, most) : []
  } catch {
    return [] // storage may be forbidden; then nothing is remembered
  }
}

export function useOwnCodes(): { codes: Ref<string[]>; add: (code: string) => void } {
  const codes = ref(stored())
  function add(code: string): void {
    codes.value = [code, ...codes.value.filter((c) => c !== code)].slice(0, most)
    try {
      localStorage.setItem(remembered, JSON.stringify(codes.value))
    } catch {
      // see stored()
    }
  }
  return { codes, add }
}
