// Names of the divisions in the city: told by the server if its city answer carries them, else the code stands for itself.

import { city } from './city'
import { pick } from '../lib/format'
import type { Lang } from '../lib/i18n'

export function countyName(code: string, lang: Lang): string {
  if (city.value && code === city.value.id) return pick(city.value, 'name', lang)
  const found = city.value?.counties?.find((c) => c.adcode === code)
  return found ? pick(found, 'name', lang) : code
}
