#include "ledger/record_words.hpp"

#include "core/assert.hpp"

#include <unicode/normalizer2.h>
#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/utypes.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace celadon::ledger {
namespace {

constexpr std::size_t syllables_max = 4;  // of a token that begins within a run
constexpr std::size_t initials_max = 8;
constexpr std::size_t token_bytes_max = 120;
constexpr int kinds_max = 18 * 36 * 36;  // and as many for what is withdrawn

bool is_han(UChar32 character) {
  UErrorCode code = U_ZERO_ERROR;
  return uscript_getScript(character, &code) == USCRIPT_HAN && u_isalpha(character) != 0;
}

/// Letters that stand together: Han characters, or letters and digits of other scripts.
struct Run {
  bool han = false;
  std::vector<UChar32> characters;
};

std::string utf8(UChar32 character) {
  std::string bytes;
  icu::UnicodeString(character).toUTF8String(bytes);
  return bytes;
}

std::string utf8(const std::vector<UChar32>& characters, std::size_t from, std::size_t count) {
  std::string bytes;
  for (std::size_t i = from; i < std::min(characters.size(), from + count); ++i) bytes += utf8(characters[i]);
  return bytes;
}

/// Readings by ICU's Han-Latin, one character at a time; each is asked for once. Any thread.
class Readings {
 public:
  Readings() {
    UErrorCode code = U_ZERO_ERROR;
    latin_.reset(icu::Transliterator::createInstance("Han-Latin; NFD; [:Nonspacing Mark:] Remove; Latin-ASCII; Lower",
                                                     UTRANS_FORWARD, code));
    CELADON_ASSERT(U_SUCCESS(code) && latin_ != nullptr);
  }

  /// "can"; empty where ICU knows none.
  std::string of(UChar32 character) {
    const std::scoped_lock lock(lock_);
    const auto found = known_.find(character);
    if (found != known_.end()) return found->second;
    std::string reading = plain(icu::UnicodeString(character));
    std::erase_if(reading, [](char c) { return c < 'a' || c > 'z'; });
    return known_.emplace(character, std::move(reading)).first->second;
  }

  /// A word of another script in plain letters where it has them: "café" is "cafe".
  std::string plain_word(const std::string& word) {
    if (std::all_of(word.begin(), word.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; })) return word;
    const std::scoped_lock lock(lock_);
    std::string letters = plain(icu::UnicodeString::fromUTF8(word));
    std::erase_if(letters, [](char c) {
      return static_cast<unsigned char>(c) < 0x80 && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9');
    });
    return letters;
  }

 private:
  std::string plain(icu::UnicodeString text) {
    latin_->transliterate(text);
    std::string bytes;
    text.toUTF8String(bytes);
    return bytes;
  }

  std::mutex lock_;
  std::unique_ptr<icu::Transliterator> latin_;
  std::unordered_map<UChar32, std::string> known_;
};

Readings& readings() {
  static Readings all;
  return all;
}

std::vector<Run> runs_of(std::string_view words) {
  UErrorCode code = U_ZERO_ERROR;
  const auto* folder = icu::Normalizer2::getNFKCCasefoldInstance(code);
  CELADON_ASSERT(U_SUCCESS(code));
  const icu::UnicodeString text = folder->normalize(
      icu::UnicodeString::fromUTF8(icu::StringPiece(words.data(), static_cast<std::int32_t>(words.size()))), code);
  std::vector<Run> runs;
  bool open = false;
  for (std::int32_t at = 0; at < text.length(); at = text.moveIndex32(at, 1)) {
    const UChar32 character = text.char32At(at);
    const bool han = is_han(character);
    const bool word = han || u_isalnum(character) != 0 || u_charType(character) == U_NON_SPACING_MARK;
    if (word && (!open || runs.back().han != han)) runs.push_back({han, {}});
    if (word && character != 0xFFFD) runs.back().characters.push_back(character);
    open = word;
  }
  std::erase_if(runs, [](const Run& run) { return run.characters.empty(); });
  return runs;
}

std::string mark_of(int kind, bool withdrawn) {
  CELADON_ASSERT(kind >= 0 && kind < kinds_max);
  if (withdrawn) kind += kinds_max;
  constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuvwxyz";
  const auto digit = [&](int place) { return digits[static_cast<std::size_t>(kind / place % 36)]; };
  return {digit(36 * 36), digit(36), digit(1)};
}

class Tokens {
 public:
  explicit Tokens(std::string mark) : mark_(std::move(mark)) {}

  /// In order, also where it stands already: phrases go by the order.
  void add(const std::string& token) {
    if (!text_.empty()) text_ += ' ';
    text_ += mark_ + token;
  }
  void add_once(const std::string& token) {
    if (!token.empty() && seen_.insert(token).second) add(token);
  }
  std::string text() && { return std::move(text_); }

 private:
  std::string mark_, text_;
  std::unordered_set<std::string> seen_;
};

std::string cut(std::string token) {
  if (token.size() <= token_bytes_max) return token;
  std::size_t end = token_bytes_max;
  while (end > 0 && (static_cast<unsigned char>(token[end]) & 0xC0) == 0x80) --end;
  token.resize(end);
  return token;
}

void add_pinyin(Tokens& tokens, const Run& run) {
  std::vector<std::string> syllables;
  for (const UChar32 character : run.characters) syllables.push_back(readings().of(character));
  for (std::size_t begin = 0; begin < syllables.size(); ++begin) {
    std::string joined, initials;
    for (std::size_t i = begin; i < syllables.size() && (begin == 0 || i < begin + syllables_max); ++i)
      joined += syllables[i];
    for (std::size_t i = begin; i < syllables.size() && (begin == 0 || i < begin + initials_max); ++i)
      if (!syllables[i].empty()) initials += syllables[i].front();
    tokens.add_once(cut(joined));
    if (initials.size() > 1) tokens.add_once(cut(initials));
  }
}

std::string in_quotes(const std::string& token) { return '"' + token + '"'; }

/// People type v for ü; ICU's plain letter is u.
std::string without_v(std::string word) {
  for (std::size_t i = 0; i + 1 < word.size(); ++i)
    if ((word[i] == 'l' || word[i] == 'n') && word[i + 1] == 'v') word[i + 1] = 'u';
  return word;
}

std::string expression_of(const std::vector<Run>& runs, const std::string& mark) {
  std::string expression;
  for (const Run& run : runs) {
    std::string term;
    if (run.han && run.characters.size() == 1) {
      term = in_quotes(mark + utf8(run.characters[0])) + " *";
    } else if (run.han) {
      std::string phrase;
      for (std::size_t i = 0; i + 1 < run.characters.size(); ++i)
        phrase += (i == 0 ? "" : " ") + mark + utf8(run.characters, i, 2);
      term = in_quotes(phrase);
    } else {
      const std::string word = cut(readings().plain_word(utf8(run.characters, 0, run.characters.size())));
      if (word.empty()) continue;
      const std::string other = without_v(word);
      // One letter begins a word of nearly every record: it finds only itself.
      term = in_quotes(mark + word) + (word.size() > 1 ? " *" : "");
      if (other != word) term = "(" + term + " OR " + in_quotes(mark + other) + " *)";
    }
    expression += (expression.empty() ? "" : " AND ") + term;
  }
  return expression;
}

}  // namespace

Pinyin pinyin_of(std::string_view words) {
  Pinyin read;
  for (const Run& run : runs_of(words)) {
    if (!run.han) continue;
    for (const UChar32 character : run.characters) {
      const std::string syllable = readings().of(character);
      if (syllable.empty()) continue;
      read.syllables += (read.syllables.empty() ? "" : " ") + syllable;
      read.initials += syllable.front();
    }
  }
  return read;
}

std::string tokens_of(std::string_view words, int kind, bool withdrawn) {
  Tokens tokens(mark_of(kind, withdrawn));
  const auto runs = runs_of(words);
  for (const Run& run : runs) {
    if (!run.han) continue;
    for (std::size_t i = 0; i < run.characters.size(); ++i) tokens.add(utf8(run.characters, i, 2));
  }
  for (const Run& run : runs) {
    if (run.han)
      add_pinyin(tokens, run);
    else
      tokens.add_once(cut(readings().plain_word(utf8(run.characters, 0, run.characters.size()))));
  }
  return std::move(tokens).text();
}

std::string expression_of(std::string_view words, int kind, bool with_withdrawn) {
  const auto runs = runs_of(words);
  std::string expression = expression_of(runs, mark_of(kind, false));
  if (!with_withdrawn || expression.empty()) return expression;
  return "(" + expression + ") OR (" + expression_of(runs, mark_of(kind, true)) + ")";
}

}  // namespace celadon::ledger
