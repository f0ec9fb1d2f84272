// Words of the page. Chinese first; English complete: a test fails when a key is missing in either.

import { casesEn } from './messages_cases_en'
import { casesZh } from './messages_cases_zh'
import { chartsEn } from './messages_charts_en'
import { chartsZh } from './messages_charts_zh'
import { devicesEn } from './messages_devices_en'
import { devicesZh } from './messages_devices_zh'
import { dutyEn } from './messages_duty_en'
import { dutyZh } from './messages_duty_zh'
import { en } from './messages_en'
import { mapEn } from './messages_map_en'
import { mapZh } from './messages_map_zh'
import { planEn } from './messages_plan_en'
import { planZh } from './messages_plan_zh'
import { publicEn } from './messages_public_en'
import { publicZh } from './messages_public_zh'
import { registersEn } from './messages_registers_en'
import { registersZh } from './messages_registers_zh'
import { reportsEn } from './messages_reports_en'
import { reportsZh } from './messages_reports_zh'
import { reviewEn } from './messages_review_en'
import { reviewZh } from './messages_review_zh'
import { shellEn } from './messages_shell_en'
import { shellZh } from './messages_shell_zh'
import { wallEn } from './messages_wall_en'
import { wallZh } from './messages_wall_zh'
import { zh } from './messages_zh'

export type Lang = 'zh' | 'en'
export type Params = Record<string, string | number>
/** `fallback` is for keys made from data ("kind.<kind>") that may have no words yet. */
export type Translate = (key: string, params?: Params, fallback?: string) => string

export const messages: Record<Lang, Record<string, string>> = {
  zh: { ...zh, ...devicesZh, ...reviewZh, ...casesZh, ...registersZh, ...mapZh, ...dutyZh, ...chartsZh, ...reportsZh, ...planZh, ...publicZh, ...wallZh, ...shellZh },
  en: { ...en, ...devicesEn, ...reviewEn, ...casesEn, ...registersEn, ...mapEn, ...dutyEn, ...chartsEn, ...reportsEn, ...planEn, ...publicEn, ...wallEn, ...shellEn },
}

export const htmlLang: Record<Lang, string> = { zh: 'zh-CN', en: 'en' }

/** "zh", "zh-CN", "en-GB" ...; null for anything else. */
export function readLang(text: string | null | undefined): Lang | null {
  const head = (text ?? '').toLowerCase().split(/[-_]/)[0]
  return head === 'zh' || head === 'en' ? head : null
}

/** Puts values into {name}; an unknown key gives the fallback, or the key itself so that it is seen. */
export function translator(lang: Lang): Translate {
  return (key, params = {}, fallback = key) => {
    const text = messages[lang][key] ?? messages.zh[key] ?? fallback
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in params ? String(params[name]) : whole))
  }
}
