#include "chiso/scenario/rank_change.hpp"
