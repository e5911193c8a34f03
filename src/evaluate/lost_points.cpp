#include "chiso/evaluate/lost_points.hpp"
