#include <fmt/core.h>

#include <algorithm>
#include <string>

#include "chiso/base/interval.hpp"
#include "formula/findings.hpp"

/// Parts that cannot matter: bounds that are never reached, and what stands behind a value that is
/// always there.
namespace chiso {

using Operation = FormulaOperation;
using Kind = FormulaFinding::Kind;

namespace {

class UnusedCheck {
 public:
  UnusedCheck(const Subject& subject, Work& work, Findings& findings)
      : subject_(subject), findings_(findings), values_(subject, work) {}

  void run() {
    Box everything = subject_.everything();
    for (auto& bounds : everything) bounds.missing = true;
    values_.evaluate(everything);
    for (std::size_t i = 0; i < subject_.size(); ++i) {
      if (!values_.reached(i) || subject_.constant(i) || !values_[i].present()) continue;
      switch (subject_.node(i).operation) {
        case Operation::minimum:
        case Operation::maximum:
          check_extreme(i);
          break;
        case Operation::clamp:
          check_clamp(i);
          break;
        case Operation::coalesce:
          check_coalesce(i);
          break;
        default:
          break;
      }
    }
  }

 private:
  /// The natural ends of a score, which people write to be safe; and parameters, which may bind in
  /// another period.
  [[nodiscard]] bool is_usual(std::size_t bound, bool lower) const {
    const FormulaNode& node = subject_.node(bound);
    if (node.operation == Operation::number) return lower && node.number == 0.0;
    return subject_.constant(bound);
  }

  void report(std::size_t part, std::size_t whole, const std::string& why) {
    findings_.add(Kind::unused, part,
                  fmt::format("`{}` cannot matter in `{}`: {}", subject_.quoted(part),
                              subject_.quoted(whole), why),
                  "leave it out, or correct it");
  }

  [[nodiscard]] std::string at_most(std::size_t i) const {
    return fmt::format("`{}` is at most {}", subject_.quoted(i), to_string(values_[i].highest));
  }
  [[nodiscard]] std::string at_least(std::size_t i) const {
    return fmt::format("`{}` is at least {}", subject_.quoted(i), to_string(values_[i].lowest));
  }

  void check_extreme(std::size_t i) {
    const auto& operands = subject_.node(i).operands;
    const bool least = subject_.node(i).operation == Operation::minimum;
    // The operand whose worst value is best beats all that never come near.
    const auto best = *std::min_element(operands.begin(), operands.end(), [&](auto a, auto b) {
      return least ? values_[a].highest < values_[b].highest
                   : values_[a].lowest > values_[b].lowest;
    });
    for (const auto operand : operands) {
      const bool beaten = least ? values_[operand].lowest > values_[best].highest
                                : values_[operand].highest < values_[best].lowest;
      if (!beaten || is_usual(operand, !least)) continue;
      report(operand, i, least ? at_most(best) : at_least(best));
    }
  }

  void check_clamp(std::size_t i) {
    const auto& operands = subject_.node(i).operands;
    const auto x = operands[0];
    const auto low = operands[1];
    const auto high = operands[2];
    if (values_[low].highest < values_[x].lowest && !is_usual(low, true)) {
      report(low, i, at_least(x));
    }
    if (values_[high].lowest > values_[x].highest && !is_usual(high, false)) {
      report(high, i, at_most(x));
    }
  }

  void check_coalesce(std::size_t i) {
    const auto& operands = subject_.node(i).operands;
    for (std::size_t k = 0; k + 1 < operands.size(); ++k) {
      if (values_[operands[k]].missing) continue;
      report(operands[k + 1], i,
             fmt::format("`{}` is never missing", subject_.quoted(operands[k])));
      return;
    }
  }

  const Subject& subject_;
  Findings& findings_;
  BoxValues values_;
};

}  // namespace

void check_unused(const Subject& subject, Work work, Findings& findings) {
  UnusedCheck(subject, work, findings).run();
}

}  // namespace chiso
