#include "chiso/io/load_scenarios.hpp"
