#include "chiso/io/load_plan.hpp"
