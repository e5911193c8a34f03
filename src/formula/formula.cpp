#include "chiso/formula/formula.hpp"
