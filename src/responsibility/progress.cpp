#include "chiso/responsibility/progress.hpp"
