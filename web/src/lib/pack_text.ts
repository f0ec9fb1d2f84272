// The text of a pack in the editor: where an error is, and which system it is.

/** Line that "fume-island.yaml:12: field: reason" speaks of; null without one. */
export function lineOf(error: string): number | null {
  const n = Number(/^[^\s:]*:(\d+):/.exec(error)?.[1])
  return Number.isInteger(n) && n >= 1 ? n : null
}

/** The words without file and line, which the editor shows by itself. */
export function reasonOf(error: string): string {
  return error.replace(/^[^\s:]*:\d+:\s*/, '')
}

/** Where a line (from 1) begins and ends in the text; the last line where there are fewer. */
export function lineRange(text: string, line: number): [number, number] {
  const lines = text.split('\n')
  const n = Math.min(Math.max(line, 1), lines.length)
  const begin = lines.slice(0, n - 1).reduce((sum, l) => sum + l.length + 1, 0)
  return [begin, begin + (lines[n - 1]?.length ?? 0)]
}

/** Line (from 1) of a place in the text. */
export function lineAt(text: string, place: number): number {
  return text.slice(0, place).split('\n').length
}

/** Id of the system that the text describes; null where it says none. */
export function systemOf(text: string): string | null {
  return /^system:[ \t]*["']?([a-z][a-z0-9-]{0,39})["']?[ \t]*(?:#.*)?$/m.exec(text)?.[1] ?? null
}

/** A beginning for a new pack: short, and good as it stands. */
export const newPack = `system: my-register
name: {zh: 新登记, en: New register}
group: governance
clause: "1"
source: plan 1
trust: design
registers:
  - id: my-thing
    name: {zh: 新台账, en: New ledger}
    kind: register
    number: {prefix: XD, digits: 6}
    title: "{name}"
    fields:
      - {id: name, type: text, zh: 名称, en: Name, needed: true, length_max: 80, search: true}
      - {id: place, type: point, zh: 位置, en: Place}
    views:
      - {id: all, zh: 全部, en: All, columns: [name], sort: name}
`
