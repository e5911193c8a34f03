#include "chiso/io/load_actions.hpp"
