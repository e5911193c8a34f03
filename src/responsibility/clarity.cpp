#include "chiso/responsibility/clarity.hpp"
