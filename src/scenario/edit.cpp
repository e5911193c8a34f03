#include "chiso/scenario/edit.hpp"
