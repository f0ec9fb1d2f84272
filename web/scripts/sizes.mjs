// What the page weighs, gzipped: the initial script must stay under its budget; the map and chart libraries come later.

import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const budget = 400 * 1024
const assets = new URL('../dist/assets/', import.meta.url)
const html = readFileSync(new URL('../dist/index.html', import.meta.url), 'utf8')
let initial = 0
for (const name of readdirSync(assets).sort()) {
  const bytes = gzipSync(readFileSync(new URL(name, assets))).length
  const first = html.includes(name) && name.endsWith('.js')
  if (first) initial += bytes
  console.log(`${String(Math.ceil(bytes / 1024)).padStart(6)} kB  ${name}${first ? '  (initial)' : ''}`)
}
console.log(`initial script ${(initial / 1024).toFixed(1)} kB gzip of ${budget / 1024} kB`)
if (initial === 0 || initial > budget) process.exit(1)
