#pragma once

#include <span>
#include <string>
#include <string_view>

#include "chiso/base/size.hpp"

/// Unicode text: what two spellings have in common. Labels themselves are never changed.
namespace chiso {

/// Byte position of the first byte that is not valid UTF-8; -1 if all of it is.
[[nodiscard]] Size first_invalid_utf8(std::string_view text) noexcept;

/// Normalisation form C: composed letters. Invalid UTF-8 is returned unchanged, and so is a text
/// with more than 250 marks on one letter.
[[nodiscard]] std::string nfc(std::string_view text);

/// What remains of a name when case, punctuation, spaces, composition (NFC, NFD) and the place of a
/// Vietnamese tone mark inside its syllable (two schools write it on different vowels) are put
/// aside. Names with equal keys are the same name.
[[nodiscard]] std::string match_key(std::string_view name);

/// match_key without any diacritics ("d" for d with stroke): what a person types on an English
/// keyboard. Names with different match keys may share it.
[[nodiscard]] std::string plain_key(std::string_view name);

/// Whether `spelling` is `name` with some or all of its diacritics left out: "Thanh Hoa" of
/// "Thanh H\u00f3a", but not "Th\u1ea1nh Hoa", which has one that the name has not.
[[nodiscard]] bool lacks_only_marks(std::string_view spelling, std::string_view name);

/// Number of terminal columns (wide East Asian letters count two, combining marks none).
[[nodiscard]] Size display_width(std::string_view text);

/// The candidate nearest to `name` by edit distance on plain keys (a swap of neighbours counts
/// one), if it is near enough to be a slip of the pen; else an empty view. Ties: the first.
[[nodiscard]] std::string_view closest(std::string_view name,
                                       std::span<const std::string> candidates);

/// " (did you mean 'x'?)" or an empty text.
[[nodiscard]] std::string suggestion(std::string_view name,
                                     std::span<const std::string> candidates);

}  // namespace chiso
