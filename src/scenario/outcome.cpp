#include "chiso/scenario/outcome.hpp"
