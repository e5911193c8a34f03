#include "chiso/io/plan_table.hpp"
