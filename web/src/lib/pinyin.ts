// Chinese names found by the letters that people type for them.

const initials_min = 2

/** Whether the letters are read from a syllable on ("wuk" in "pai wu kou"; the last may be begun), or are initials of syllables that follow each other. */
export function soundsLike(pinyin: string, letters: string): boolean {
  if (!/^[a-z]+$/.test(letters) || letters.length < initials_min) return false
  const syllables = pinyin.split(' ').filter((s) => s !== '')
  for (let i = 0; i < syllables.length; ++i) {
    if (syllables.slice(i).join('').startsWith(letters)) return true
  }
  return syllables.map((s) => s[0]).join('').includes(letters)
}
