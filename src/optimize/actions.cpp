#include "chiso/optimize/actions.hpp"
