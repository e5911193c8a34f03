#include "chiso/reach/action.hpp"
