#include "chiso/reach/action_effects.hpp"
