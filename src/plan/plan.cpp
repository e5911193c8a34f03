#include "chiso/plan/plan.hpp"
