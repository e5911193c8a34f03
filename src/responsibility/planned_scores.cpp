#include "chiso/responsibility/planned_scores.hpp"
