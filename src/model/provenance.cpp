#include "chiso/model/provenance.hpp"

namespace chiso {

Provenance Provenance::inherit(const Provenance& parent) const {
  Provenance whole = *this;
  if (!whole.status) whole.status = parent.status;
  if (whole.source.empty()) whole.source = parent.source;
  if (whole.reference.empty()) whole.reference = parent.reference;
  if (!whole.checked) whole.checked = parent.checked;
  return whole;
}

}  // namespace chiso
