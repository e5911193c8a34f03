// error: could not convert .+definition|no viable conversion
#include <utility>

#include "chiso/model/index.hpp"

// Validation is visible where it happens: a definition does not turn into an index by itself.
chiso::Index validated(chiso::IndexDefinition definition) {
#ifdef SHOULD_NOT_COMPILE
  return definition;
#else
  return chiso::Index(std::move(definition));
#endif
}
