// The YAML that packs and their days are written in, and no more of it: maps and lists in blocks or in brackets, texts
// plain or in quotes, comments. Every scalar stays the text it was written as. What it does not know it refuses, with
// its line.

const space = /[\s]/

class Reader {
  constructor(text, name) {
    this.text = text
    this.name = name
    this.at = 0
  }
  fail(what) {
    throw new Error(`${this.name}:${this.text.slice(0, this.at).split('\n').length}: ${what}`)
  }
  /** Over white space, line ends and comments; stands at what comes next. */
  skip() {
    for (;;) {
      while (this.at < this.text.length && space.test(this.text[this.at])) this.at++
      const begins = this.at === 0 || space.test(this.text[this.at - 1])
      if (this.text[this.at] !== '#' || !begins) return
      while (this.at < this.text.length && this.text[this.at] !== '\n') this.at++
    }
  }
  column() {
    return this.at - (this.text.lastIndexOf('\n', this.at - 1) + 1)
  }
  startsWith(words) {
    return this.text.startsWith(words, this.at)
  }
  isItem() {
    return this.text[this.at] === '-' && (this.at + 1 >= this.text.length || space.test(this.text[this.at + 1]))
  }
  quoted() {
    const quote = this.text[this.at++]
    let out = ''
    for (;;) {
      const c = this.text[this.at++]
      if (c === undefined) this.fail('a text in quotes has no end')
      if (c === quote) {
        if (quote === "'" && this.text[this.at] === "'") this.at++
        else return out
      }
      if (c === '\\' && quote === '"') {
        const escaped = this.text[this.at++]
        const known = { n: '\n', t: '\t', '"': '"', '\\': '\\', '/': '/' }[escaped]
        if (known === undefined) this.fail(`\\${escaped} is not known`)
        out += known
      } else if (c === '\n') {
        // A line end inside quotes is one space.
        out = out.trimEnd() + ' '
        while (space.test(this.text[this.at] ?? 'x')) this.at++
      } else out += c
    }
  }
  /** A plain text: to a comment, a line end, or what ends it in brackets. */
  plain(inFlow) {
    const from = this.at
    while (this.at < this.text.length) {
      const c = this.text[this.at]
      const next = this.text[this.at + 1]
      if (c === '\n') break
      if (c === '#' && space.test(this.text[this.at - 1] ?? '\n')) break
      if (c === ':' && (next === undefined || space.test(next) || (inFlow && /[,\]}]/.test(next)))) break
      if (inFlow && /[,\][{}]/.test(c)) break
      this.at++
    }
    return this.text.slice(from, this.at).trim()
  }
  scalar(inFlow) {
    const c = this.text[this.at]
    if (c === '"' || c === "'") return this.quoted()
    if (/[&*!|>%@`]/.test(c)) this.fail(`'${c}' begins nothing that is known here`)
    return this.plain(inFlow)
  }
  flow() {
    if (this.text[this.at] === '[') {
      const out = []
      this.at++
      for (;;) {
        this.skip()
        if (this.text[this.at] === ']') return this.at++, out
        out.push(this.flow())
        this.skip()
        if (this.text[this.at] === ',') this.at++
        else if (this.text[this.at] !== ']') this.fail('a , or ] is missing')
      }
    }
    if (this.text[this.at] === '{') {
      const out = {}
      this.at++
      for (;;) {
        this.skip()
        if (this.text[this.at] === '}') return this.at++, out
        const key = this.scalar(true)
        this.skip()
        if (this.text[this.at] !== ':') this.fail(`'${key}' has no value`)
        this.at++
        this.skip()
        out[key] = /[,}]/.test(this.text[this.at]) ? null : this.flow()
        this.skip()
        if (this.text[this.at] === ',') this.at++
        else if (this.text[this.at] !== '}') this.fail('a , or } is missing')
      }
    }
    return this.scalar(true)
  }
  /** What stands at this column or deeper; null where the block has ended before it. */
  block(least) {
    this.skip()
    const column = this.column()
    if (this.at >= this.text.length || column < least) return null
    if (this.isItem()) return this.list(column)
    const c = this.text[this.at]
    if (c === '[' || c === '{') return this.flow()
    const from = this.at
    const first = this.scalar(false)
    if (this.text[this.at] === ':') {
      this.at = from
      return this.map(column)
    }
    return c === '"' || c === "'" ? first : this.folded(first, least)
  }
  /** A plain text may go on in lines that stand deeper. */
  folded(first, least) {
    let out = first
    for (;;) {
      const from = this.at
      this.skip()
      if (this.at >= this.text.length || this.column() < least || this.isItem()) return (this.at = from), out
      const more = this.plain(false)
      if (this.text[this.at] === ':') return (this.at = from), out
      out += ` ${more}`
    }
  }
  list(column) {
    const out = []
    while (this.at < this.text.length && this.column() === column && this.isItem()) {
      this.at++
      out.push(this.block(column + 1))
      this.skip()
    }
    if (this.at < this.text.length && this.column() > column) this.fail('a line stands too deep')
    return out
  }
  map(column) {
    const out = {}
    while (this.at < this.text.length && this.column() === column && !this.isItem()) {
      const key = this.scalar(false)
      if (this.text[this.at] !== ':') this.fail(`'${key}' has no value`)
      this.at++
      const line = this.text.indexOf('\n', this.at)
      this.skip()
      // A list may stand as deep as its key.
      const least = this.isItem() && this.at > line ? column : column + 1
      out[key] = this.block(least)
      this.skip()
    }
    if (this.at < this.text.length && this.column() > column) this.fail('a line stands too deep')
    return out
  }
}

/** Maps as objects, lists as arrays, every scalar as its text, nothing as null. `name` is told in what it refuses. */
export function readYaml(text, name = 'yaml') {
  const reader = new Reader(text, name)
  const all = reader.block(0)
  reader.skip()
  if (reader.at < text.length) reader.fail('more than one thing stands here')
  return all
}
