#include "chiso/scenario/causes.hpp"
