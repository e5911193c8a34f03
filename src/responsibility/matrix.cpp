#include "chiso/responsibility/matrix.hpp"
