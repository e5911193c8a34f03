#include "chiso/plan/agency.hpp"

namespace chiso {

bool operator==(const Agency& a, const Agency& b) {
  return a.code == b.code && a.title == b.title && a.aliases == b.aliases && a.head == b.head &&
         a.parent == b.parent && a.is_group == b.is_group && a.members == b.members &&
         a.provenance == b.provenance;
}

}  // namespace chiso
