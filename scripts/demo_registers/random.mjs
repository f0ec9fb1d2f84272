// Numbers that come out the same each time.

export class Random {
  #state;
  constructor(seed) { this.#state = seed >>> 0; }
  /** 0 <= x < 1 (mulberry32). */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
  between(low, high) { return low + (high - low) * this.next(); }
  whole(low, high) { return low + Math.floor(this.next() * (high - low + 1)); }
  pick(list) { return list[Math.floor(this.next() * list.length)]; }
  chance(share) { return this.next() < share; }
  /** Rounded to so many decimals. */
  number(low, high, decimals) { return Number(this.between(low, high).toFixed(decimals)); }
  /** Of a long tail: exp of a normal. */
  lognormal(mu, sigma) {
    const u = Math.max(this.next(), 1e-12);
    return Math.exp(mu + sigma * Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * this.next()));
  }
}

export const day = (text) => Date.parse(`${text}T00:00:00Z`) / 86400000;
export const text = (days) => new Date(days * 86400000).toISOString().slice(0, 10);
export const plus = (date, days) => text(day(date) + days);
/** The first of the month so many months on. */
export const monthOn = (date, months) => {
  const [y, m] = date.split('-').map(Number);
  const n = y * 12 + m - 1 + months;
  return `${Math.floor(n / 12)}-${String((n % 12) + 1).padStart(2, '0')}-01`;
};
export const number = (prefix, digits, n) => prefix + String(n).padStart(digits, '0');
/** Noon of a day in Beijing, as an instant with its zone. */
export const noon = (date, hour = 12, minute = 0) =>
    `${date}T${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}:00+08:00`;
export const today = '2026-11-29';
