// A sample HJ 212-2017 frame for the help page: what a person can send with nc to see a value arrive.

import { beijing } from './time'

/** CRC of HJ 212-2017 annex A: the register is shifted by a byte before each byte is put on, so its low byte is lost. */
export function crc212(segment: Uint8Array): string {
  let register = 0xffff
  for (const byte of segment) {
    register = (register >> 8) ^ byte
    for (let bit = 0; bit < 8; ++bit) register = (register & 1) === 1 ? (register >> 1) ^ 0xa001 : register >> 1
  }
  return register.toString(16).toUpperCase().padStart(4, '0')
}

/** "##" + length + segment + CRC, without CR LF. ASCII only. */
export function frame(segment: string): string {
  const bytes = new TextEncoder().encode(segment)
  return `##${String(bytes.length).padStart(4, '0')}${segment}${crc212(bytes)}`
}

const two = (n: number): string => String(n).padStart(2, '0')

/**
 * An hour of air (CN=2061) of the last full hour before `now_ms`. DataTime is the BEGINNING of that hour in Beijing time
 * (HJ 212-2017 C.16); the platform labels the value by the hour's end.
 */
export function sampleHour(mn: string, password: string, now_ms: number): string {
  const now = beijing(now_ms)
  const hour = beijing(now_ms - 3_600_000)
  const day = (w: typeof now): string => `${w.year}${two(w.month)}${two(w.day)}`
  const seconds = two(new Date(now_ms).getUTCSeconds())
  const qn = `${day(now)}${two(now.hour)}${two(now.minute)}${seconds}000`
  const values: [string, string][] = [['a34004', '35'], ['a34002', '62'], ['a21026', '8'], ['a21004', '21'], ['a21005', '0.6'], ['a05024', '63']]
  const data = values.map(([code, value]) => `${code}-Avg=${value},${code}-Flag=N`).join(';')
  return frame(`QN=${qn};ST=22;CN=2061;PW=${password};MN=${mn};Flag=5;CP=&&DataTime=${day(hour)}${two(hour.hour)}0000;${data}&&`)
}
