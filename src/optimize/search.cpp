#include "chiso/optimize/search.hpp"
