#include "chiso/plan/task.hpp"
