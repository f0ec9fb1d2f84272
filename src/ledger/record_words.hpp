#pragma once

#include <string>
#include <string_view>

namespace celadon::ledger {

// What full text finds a record by, as tokens of an FTS5 table.
//
// Chinese has no blanks between words, so a run of Han characters is kept as its pairs: "餐饮店" is 餐饮 饮店 店. Two
// characters are then one token, more are a phrase of tokens, and one is the begin of a token. For pinyin every
// character of the run begins a token of the syllables from there on and one of their initials, so that "yin",
// "yindian" and "yd" find it as the begin of a token; so do Latin words and numbers; a single letter finds only itself.
// ü is u there, and v is taken for it. Readings are ICU's of the single character; a character with several readings is
// found by the commonest only.
//
// Each token begins with the number of the kind in three digits, one for what is in force and one for what is
// withdrawn: they do not get into each other's way, and who looks for the one does not meet the other.

/// How the Han characters of a text are read.
struct Pinyin {
  std::string syllables;  ///< "pai wu kou"; what is no Han character is left out
  std::string initials;   ///< "pwk"
};
[[nodiscard]] Pinyin pinyin_of(std::string_view words);

/// Tokens of a text, separated by blanks.
[[nodiscard]] std::string tokens_of(std::string_view words, int kind, bool withdrawn);

/// The FTS5 expression that finds all of `words`; empty where they hold no letter, digit or character.
[[nodiscard]] std::string expression_of(std::string_view words, int kind, bool with_withdrawn);

}  // namespace celadon::ledger
