#include "chiso/optimize/least_change.hpp"
