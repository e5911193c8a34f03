#pragma once

namespace chiso {

/// Whether an action may still be chosen or left.
enum class Fate : char { open, in, out };

/// What an action can do to a score, whatever else is chosen.
struct Moves {
  bool up = false;
  bool down = false;

  void merge(const Moves& other) noexcept {
    up = up || other.up;
    down = down || other.down;
  }
  [[nodiscard]] Moves turned() const noexcept { return {down, up}; }
};

}  // namespace chiso
