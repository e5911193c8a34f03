#include "chiso/plan/agency.hpp"
