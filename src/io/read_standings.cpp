#include "chiso/io/read_standings.hpp"
