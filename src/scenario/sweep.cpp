#include "chiso/scenario/sweep.hpp"
