#include "chiso/plan/task_role.hpp"
