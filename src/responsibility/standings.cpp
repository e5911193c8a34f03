#include "chiso/responsibility/standings.hpp"
