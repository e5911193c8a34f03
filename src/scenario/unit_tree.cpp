#include "chiso/scenario/unit_tree.hpp"
