#include "chiso/responsibility/points_at_stake.hpp"
