#include "chiso/responsibility/scoreboard.hpp"
