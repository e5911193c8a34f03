#include "chiso/reach/goal.hpp"
