#include "chiso/plan/target.hpp"
