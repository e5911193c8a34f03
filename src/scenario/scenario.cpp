#include "chiso/scenario/scenario.hpp"
