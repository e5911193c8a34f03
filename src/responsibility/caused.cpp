#include "chiso/responsibility/caused.hpp"
