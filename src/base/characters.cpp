#include "base/characters.hpp"

#include <utf8proc.h>

#include "chiso/base/size.hpp"

namespace chiso {
namespace {

Character::Kind kind_of(utf8proc_int32_t code) noexcept {
  switch (utf8proc_category(code)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
      return Character::Kind::letter;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
      return Character::Kind::mark;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
      return Character::Kind::digit;
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      return Character::Kind::blank;
    case UTF8PROC_CATEGORY_CC:
      return code == '\t' || code == '\n' || code == '\r' ? Character::Kind::blank
                                                          : Character::Kind::invisible;
    case UTF8PROC_CATEGORY_CF:
      return Character::Kind::invisible;
    default:
      return Character::Kind::sign;
  }
}

}  // namespace

Character character_at(std::string_view text) noexcept {
  utf8proc_int32_t code = -1;
  const auto length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                       static_cast<utf8proc_ssize_t>(text.size()), &code);
  if (length < 1) return {Character::Kind::sign, -1, 1};
  return {kind_of(code), code, static_cast<std::size_t>(length)};
}

}  // namespace chiso
