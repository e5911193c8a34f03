#include "chiso/reach/goal_seek.hpp"
