#include "chiso/scenario/what_if.hpp"
