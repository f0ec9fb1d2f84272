#pragma once

#include <string_view>

namespace celadon::registry {

/// How alike two texts are: pairs of neighbouring characters that both have, as a share of those that either has
/// (Jaccard), 0 to 1. Blanks, punctuation of ASCII and case of Latin letters do not count; a text without a pair is
/// alike only to an equal one; two empty texts are not alike.
[[nodiscard]] double likeness_of_words(std::string_view a, std::string_view b);

}  // namespace celadon::registry
