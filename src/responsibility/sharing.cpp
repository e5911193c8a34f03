#include "chiso/responsibility/sharing.hpp"
