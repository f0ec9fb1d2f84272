// The language of the page: ?lang= first, then what was chosen before, then Chinese. Shared by every view.

import { computed, ref, watchEffect } from 'vue'
import { htmlLang, readLang, translator, type Lang, type Params } from '../lib/i18n'

const remembered = 'celadon.lang'

function stored(): string | null {
  try {
    return localStorage.getItem(remembered)
  } catch {
    return null // storage may be forbidden; then nothing is remembered
  }
}

export const lang = ref<Lang>(readLang(new URLSearchParams(location.search).get('lang')) ?? readLang(stored()) ?? 'zh')

const translate = computed(() => translator(lang.value))

export function t(key: string, params?: Params, fallback?: string): string {
  return translate.value(key, params, fallback)
}

export function setLang(next: Lang): void {
  lang.value = next
  try {
    localStorage.setItem(remembered, next)
  } catch {
    // see stored()
  }
  const url = new URL(location.href)
  url.searchParams.set('lang', next)
  history.replaceState(history.state, '', url)
}

watchEffect(() => {
  document.documentElement.lang = htmlLang[lang.value]
})
