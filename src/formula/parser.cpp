#include "formula/parser.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "base/join.hpp"
#include "chiso/base/text.hpp"
#include "formula/formula_limits.hpp"
#include "formula/habits.hpp"
#include "formula/language.hpp"
#include "formula/lexer.hpp"

namespace chiso {
namespace {

using Operation = FormulaOperation;
using Position = std::uint32_t;

std::string shown(const Token& token) {
  switch (token.kind) {
    case Token::Kind::end:
      return "the end of the formula";
    case Token::Kind::category:
      return fmt::format("\"{}\"", token.text);
    case Token::Kind::name:
      return fmt::format("the name '{}'", token.text);
    case Token::Kind::number:
    case Token::Kind::word:
    case Token::Kind::sign:
      break;
  }
  return fmt::format("'{}'", token.text);
}

constexpr std::string_view chained_remedy =
    "write `a <= x and x < b`, or between(x, a, b), which includes both ends";
constexpr std::string_view with_points =
    "write decimals with a point, and thousands without a sign: 0.5, 1000";

/// The second of two arguments that look like one number: `0,5`.
const FormulaNode* decimal_comma(const std::vector<FormulaNode>& nodes,
                                 const std::vector<Position>& operands, std::string_view text) {
  for (std::size_t k = 1; k < operands.size(); ++k) {
    const FormulaNode& a = nodes[operands[k - 1]];
    const FormulaNode& b = nodes[operands[k]];
    if (a.operation == Operation::number && b.operation == Operation::number &&
        b.span.begin < text.size() && is_digit(text[b.span.begin]) &&
        a.span.end + 1 == b.span.begin) {
      return &b;
    }
  }
  return nullptr;
}

/// Recursive descent, a function a level of the grammar. How deep it goes is limited, so that no
/// text can exhaust the stack.
class Parser {
 public:
  Parser(std::string_view text, const FormulaLimits& limits)
      : lexer_(text), limits_(limits), token_(lexer_.next()) {}

  std::vector<FormulaNode> parse() {
    if (token_.kind == Token::Kind::end) fail(token_, "the formula is empty");
    if (token_.is("==")) {
      fail(token_, "a formula does not begin with '='", "leave it out");
    }
    expression();
    if (token_.kind != Token::Kind::end) unexpected_behind();
    return std::move(nodes_);
  }

 private:
  // ---- Tokens ----------------------------------------------------------------------------------

  [[noreturn]] void fail(const Token& token, std::string message,
                         std::string_view remedy = {}) const {
    fail_at(lexer_.text(), token.span.begin, std::move(message), remedy);
  }

  Token take() {
    Token token = std::exchange(token_, Token{});
    last_ = token.span.end;
    token_ = lexer_.next();
    return token;
  }

  bool take_if(std::string_view what) {
    if (!token_.is(what)) return false;
    take();
    return true;
  }

  void expect(std::string_view what, std::string_view why) {
    if (take_if(what)) return;
    fail(token_, fmt::format("expected '{}' {}, got {}", what, why, shown(token_)),
         remedy_of_token());
  }

  /// What a person may have meant by a token where an operator or the end was expected.
  std::string remedy_of_token() const {
    constexpr std::string_view product = "write * for a product";
    switch (token_.kind) {
      case Token::Kind::name: {
        const auto known = habits::remedy(habits::operators, lower_case(token_.text));
        if (!known.empty()) return std::string(known);
        return "put names with blanks in backquotes, and write * for a product";
      }
      case Token::Kind::number:
        return "write numbers without blanks, names with blanks in backquotes, and * for a product";
      case Token::Kind::category:
        return "categories are compared: x == \"...\"";
      case Token::Kind::sign:
        if (token_.is(",")) {
          const bool number = last_ > 0 && is_digit(lexer_.text()[last_ - 1]);
          return std::string(number ? with_points : "a ',' separates the arguments of a function");
        }
        return std::string(token_.is("(") ? product : "");
      case Token::Kind::word:
        if (token_.is("if")) return "write `if c then x else y`, the condition first";
        if (token_.is("not")) return "write a and not b, or a != b";
        if (token_.is("between")) return "write between(x, low, high), which includes both ends";
        return std::string(language::is_value(token_.text) ? product : "");
      case Token::Kind::end:
        break;
    }
    return {};
  }

  [[noreturn]] void unexpected_behind() const {
    if (token_.is(")")) fail(token_, "this ')' closes nothing", "remove it");
    if (token_.is(",")) {
      fail(token_, "a ',' stands outside the parentheses of a function", remedy_of_token());
    }
    if (token_.is("then") || token_.is("else")) {
      fail(token_, fmt::format("'{}' without an 'if' before it", token_.text));
    }
    fail(token_, fmt::format("expected an operator, got {}", shown(token_)), remedy_of_token());
  }

  // ---- Nodes -----------------------------------------------------------------------------------

  Position add(FormulaNode node, std::size_t begin, std::size_t depth) {
    node.span = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(last_)};
    if (std::ssize(nodes_) >= limits_.nodes) {
      fail_at(lexer_.text(), begin,
              fmt::format("the formula has more than {} parts", limits_.nodes),
              how_to_raise_formula("nodes"));
    }
    if (depth > static_cast<std::size_t>(depth_of(limits_))) too_deep(begin);
    nodes_.push_back(std::move(node));
    depths_.push_back(depth);
    return static_cast<Position>(nodes_.size() - 1);
  }

  Position leaf(Operation operation, const Token& token) {
    FormulaNode node;
    node.operation = operation;
    node.number = token.number;
    if (operation == Operation::name || operation == Operation::category) node.text = token.text;
    return add(std::move(node), token.span.begin, 1);
  }

  Position inner(Operation operation, std::vector<Position> operands, std::size_t begin) {
    // An `if` in the last branch of another goes on with its chain; it was read just now.
    if (operation == Operation::choose && nodes_[operands.back()].operation == Operation::choose) {
      const std::vector<Position> chain = std::move(nodes_[operands.back()].operands);
      operands.pop_back();
      operands.insert(operands.end(), chain.begin(), chain.end());
      nodes_.pop_back();
      depths_.pop_back();
    }
    std::size_t depth = 0;
    for (const Position each : operands) depth = std::max(depth, depths_[each]);
    FormulaNode node;
    node.operation = operation;
    node.operands = std::move(operands);
    return add(std::move(node), begin, depth + 1);
  }

  [[noreturn]] void too_deep(std::size_t byte) const {
    fail_at(lexer_.text(), byte,
            fmt::format("the formula is nested more than {} deep", depth_of(limits_)),
            "split it, or write sum(x, y, ...) for a long sum; " + how_to_raise_formula("depth"));
  }

  /// Counts how deep the parser itself is. A formula is printed with at most three of its levels
  /// for one of the tree (a parenthesis, an `if` in it, a sign), so that what was read can be read
  /// again.
  class Deeper {
   public:
    explicit Deeper(Parser& parser) : parser_(parser) {
      if (++parser_.level_ / 3 > depth_of(parser_.limits_))
        parser_.too_deep(parser_.token_.span.begin);
    }
    Deeper(const Deeper&) = delete;
    Deeper(Deeper&&) = delete;
    Deeper& operator=(const Deeper&) = delete;
    Deeper& operator=(Deeper&&) = delete;
    ~Deeper() { --parser_.level_; }

   private:
    Parser& parser_;
  };

  // ---- The grammar -----------------------------------------------------------------------------

  Position expression() {
    const Deeper deeper(*this);
    if (token_.is("if")) return condition();
    return operation(language::either);
  }

  /// Operators of this level and those that bind more tightly, the left one first.
  Position operation(int level) {
    if (level == language::negation) return logical_not();
    if (level == language::sign) return unary();
    const std::size_t begin = token_.span.begin;
    return joined(operation(level + 1), level, begin);
  }

  /// Goes on behind an operand that has been read, with the operators of this level.
  Position joined(Position left, int level, std::size_t begin) {
    bool compared = false;
    while (const auto* found = infix(level)) {
      if (compared) fail(token_, "comparisons do not chain", chained_remedy);
      take();
      const Position right = operation(level + 1);
      left = inner(found->operation, {left, right}, begin);
      compared = level == language::comparison;
    }
    return left;
  }

  const language::Operator* infix(int level) const {
    for (const auto& each : language::operators) {
      if (each.level == level && token_.is(each.sign)) return &each;
    }
    return nullptr;
  }

  Position logical_not() {
    if (!token_.is("not")) return operation(language::comparison);
    const Deeper deeper(*this);
    const std::size_t begin = take().span.begin;
    const Position of = logical_not();
    return inner(Operation::logical_not, {of}, begin);
  }

  Position unary() {
    const Deeper deeper(*this);
    const std::size_t begin = token_.span.begin;
    if (take_if("+")) return unary();
    if (!token_.is("-")) return power();
    take();
    if (token_.kind == Token::Kind::number) {
      // A sign right before a number is the number's own, but -2^2 is -(2^2).
      Token number = take();
      if (!token_.is("^")) {
        number.number = -number.number;
        number.span.begin = static_cast<std::uint32_t>(begin);
        return leaf(Operation::number, number);
      }
      const std::size_t base_begin = number.span.begin;
      const Position base = leaf(Operation::number, number);
      return inner(Operation::negate, {raised(base, base_begin)}, begin);
    }
    const Position of = unary();
    return inner(Operation::negate, {of}, begin);
  }

  Position power() {
    const std::size_t begin = token_.span.begin;
    const Position base = atom();
    return token_.is("^") ? raised(base, begin) : base;
  }

  Position raised(Position base, std::size_t begin) {
    take();
    const Position exponent = unary();
    return inner(Operation::power, {base, exponent}, begin);
  }

  Position atom() {
    switch (token_.kind) {
      case Token::Kind::number:
        return leaf(Operation::number, take());
      case Token::Kind::category:
        return leaf(Operation::category, take());
      case Token::Kind::name:
        return named();
      case Token::Kind::word:
        return word();
      case Token::Kind::sign:
      case Token::Kind::end:
        break;
    }
    if (token_.is("(")) {
      const Token open = take();
      const Position inside = expression();
      close(open, "the expression in parentheses");
      return inside;
    }
    no_operand();
  }

  [[noreturn]] void no_operand() const {
    fail(token_, fmt::format("expected a number, a name, a function or '(', got {}", shown(token_)),
         token_.is("not") ? "put it in parentheses: (not a > 1)" : "");
  }

  Position named() {
    const Token name = take();
    if (token_.is("(")) unknown_function(name);
    return leaf(Operation::name, name);
  }

  [[noreturn]] void unknown_function(const Token& name) const {
    const std::string lower = lower_case(name.text);
    std::vector<std::string> known;
    for (const auto& each : language::functions) known.emplace_back(each.name);
    std::string message = fmt::format("there is no function '{}'", name.text);
    std::string remedy(habits::remedy(habits::functions, lower));
    // np.sqrt(x), x.round(2).
    const std::string method = lower.substr(lower.rfind('.') + 1);
    if (remedy.empty()) remedy = habits::remedy(habits::functions, method);
    for (const auto& each : language::functions) {
      if (each.name == method) remedy = fmt::format("write {}", each.use);
    }
    if (remedy.empty()) {
      message += suggestion(lower, known);
      remedy = fmt::format("the functions are {}", join(known, ", "));
    }
    fail(name, std::move(message), remedy);
  }

  Position word() {
    if (token_.is("true") || token_.is("false")) {
      Token token = take();
      token.number = token.text == "true" ? 1.0 : 0.0;
      return leaf(Operation::truth, token);
    }
    if (token_.is("maximum")) return leaf(Operation::highest, take());
    if (token_.is("if")) return call_of_if();
    if (token_.is("and") || token_.is("or")) return call_of_infix();
    const auto found =
        std::find_if(language::functions.begin(), language::functions.end(),
                     [this](const auto& function) { return function.name == token_.text; });
    if (found == language::functions.end()) no_operand();
    const Token token = take();
    if (!token_.is("(")) {
      if (found->operation == Operation::is_missing) return leaf(Operation::nothing, token);
      fail(token_, fmt::format("expected '(' behind '{}', got {}", token.text, shown(token_)),
           fmt::format("write {}; a variable of that name stands in backquotes", found->use));
    }
    return call(*found, token.span.begin);
  }

  Position call(const language::Function& function, std::size_t begin) {
    const Token open = take();
    std::vector<Position> operands;
    if (!token_.is(")")) operands = arguments();
    close(open, fmt::format("the arguments of {}", function.name));
    return inner(function.operation, std::move(operands), begin);
  }

  std::vector<Position> arguments() {
    std::vector<Position> list{expression()};
    while (take_if(",")) list.push_back(expression());
    return list;
  }

  void close(const Token& open, std::string_view what) {
    if (take_if(")")) return;
    if (token_.kind == Token::Kind::end) {
      fail(open, "the '(' that opens here is not closed", "write ')' where it ends");
    }
    fail(token_, fmt::format("expected ')' behind {}, got {}", what, shown(token_)),
         remedy_of_token());
  }

  /// An `if` where a condition or value may begin: either if(c, x, y), which may be the first
  /// operand of more, or `if c then x else y`, whose condition may begin with a parenthesis.
  Position condition() {
    const std::size_t begin = take().span.begin;
    std::vector<Position> operands;
    if (const auto called = condition_or_call(begin, operands)) return continued(*called, begin);
    return branches(std::move(operands), begin);
  }

  /// An `if` as an operand: only the form of a call.
  Position call_of_if() {
    const Token word = take();
    std::vector<Position> operands;
    if (token_.is("(")) {
      if (const auto called = condition_or_call(word.span.begin, operands)) return *called;
    }
    fail(word, "an `if` within an expression stands in parentheses",
         "write (if c then x else y), or if(c, x, y)");
  }

  /// and(a, b, ...) and or(a, b, ...), as spreadsheets have them: the same as a and b and ...
  Position call_of_infix() {
    const Token word = take();
    const auto remedy =
        fmt::format("`{0}` stands between two conditions: a > 1 {0} b > 1", word.text);
    if (!token_.is("(")) {
      fail(word, fmt::format("expected a number, a name, a function or '(', got '{}'", word.text),
           remedy);
    }
    const Token open = take();
    const auto operation = word.text == "and" ? Operation::logical_and : Operation::logical_or;
    Position joined = expression();
    if (token_.is(")"))
      fail(word, fmt::format("{} joins at least 2 conditions", word.text), remedy);
    while (take_if(",")) {
      const Position next = expression();
      joined = inner(operation, {joined, next}, word.span.begin);
    }
    close(open, fmt::format("the arguments of {}", word.text));
    return joined;
  }

  /// Behind the word `if`: the node of if(c, x, y); or nothing, and the condition is in `operands`.
  std::optional<Position> condition_or_call(std::size_t begin, std::vector<Position>& operands) {
    if (!token_.is("(")) {
      operands.push_back(expression());
      return {};
    }
    const Token open = take();
    const Position first = expression();
    if (!token_.is(",")) {
      close(open, "the condition");
      operands.push_back(continued(first, open.span.begin));
      return {};
    }
    take();
    std::vector<Position> list = arguments();
    list.insert(list.begin(), first);
    close(open, "the arguments of if");
    if (list.size() != 3) {
      const std::string got = fmt::format("if(c, x, y) takes 3 arguments, got {}", list.size());
      if (decimal_comma(nodes_, list, lexer_.text()))
        fail_at(lexer_.text(), begin, got, with_points);
      fail_at(lexer_.text(), begin, got,
              list.size() == 2
                  ? "say what holds otherwise: if(c, x, 0)"
                  : "write `if c then x else if d then y else z` for several conditions");
    }
    return inner(Operation::choose, std::move(list), begin);
  }

  /// Goes on behind an operand that has been read, with whatever operators follow.
  Position continued(Position left, std::size_t begin) {
    if (token_.is("^")) left = raised(left, begin);
    for (int level = language::product; level >= language::either; --level) {
      if (level != language::negation) left = joined(left, level, begin);
    }
    return left;
  }

  /// Behind the first condition.
  Position branches(std::vector<Position> operands, std::size_t begin) {
    while (true) {
      expect("then", "behind the condition");
      operands.push_back(expression());
      if (!token_.is("else")) {
        fail(token_, fmt::format("expected 'else' behind the branch, got {}", shown(token_)),
             token_.kind == Token::Kind::end
                 ? "every `if` says what holds otherwise; `else missing` for no score"
                 : remedy_of_token());
      }
      take();
      if (!token_.is("if")) break;
      // A chain of any length does not go deeper.
      const std::size_t again = take().span.begin;
      if (const auto called = condition_or_call(again, operands)) {
        operands.push_back(continued(*called, again));
        return inner(Operation::choose, std::move(operands), begin);
      }
    }
    operands.push_back(expression());
    return inner(Operation::choose, std::move(operands), begin);
  }

  Lexer lexer_;
  const FormulaLimits& limits_;
  std::vector<FormulaNode> nodes_;
  std::vector<std::size_t> depths_;
  std::size_t last_ = 0;
  int level_ = 0;
  Token token_;
};

}  // namespace

std::vector<FormulaNode> parse_formula(std::string_view text, const FormulaLimits& limits) {
  if (std::ssize(text) > limits.text_bytes) {
    throw SpecError({Problem{{},
                             {},
                             fmt::format("the formula has {} bytes, and no more than {} are read",
                                         text.size(), limits.text_bytes),
                             how_to_raise_formula("text_bytes")}});
  }
  if (const Size bad = first_invalid_utf8(text); bad >= 0) {
    fail_at(text, static_cast<std::size_t>(bad), "this is not UTF-8 text");
  }
  auto nodes = Parser(text, limits).parse();
  check_operands(nodes, text);
  return nodes;
}

void check_operands(const std::vector<FormulaNode>& nodes, std::string_view text) {
  for (const auto& node : nodes) {
    const auto fail = [&](const FormulaNode& at, std::string message, std::string_view remedy) {
      fail_at(text, at.span.begin, std::move(message), remedy);
    };
    const auto* function = language::function(node.operation);
    if (function == nullptr || node.operation == Operation::choose) continue;
    const std::size_t count = node.operands.size();
    const FormulaNode* comma = decimal_comma(nodes, node.operands, text);
    if (count < function->fewest || count > function->most) {
      const bool varies = function->most == language::any_number;
      const std::string takes = varies ? fmt::format("at least {}", function->fewest)
                                : function->fewest == function->most
                                    ? fmt::format("{}", function->fewest)
                                    : fmt::format("{} or {}", function->fewest, function->most);
      fail(node,
           fmt::format("{} takes {} argument{}, got {}", function->name, takes,
                       (varies ? function->fewest : function->most) == 1 ? "" : "s", count),
           comma != nullptr ? std::string(with_points)
           : count == 1 && varies
               ? fmt::format("write {}; it takes the values of one unit, and a normaliser such as "
                             "`min_max` compares units",
                             function->use)
               : fmt::format("write {}", function->use));
    }
    if (comma != nullptr && function->most == language::any_number) {
      fail(*comma, "this is either the decimals of a number or another number",
           "write decimals with a point, as in 0.5, and a blank behind a comma, as in (0, 5)");
    }
    if (node.operation == Operation::previous) {
      const FormulaNode& of = nodes[node.operands[0]];
      if (of.operation != Operation::name) {
        fail(of, "prev takes the name of a variable",
             of.operands.empty() ? "" : "write prev(x) + prev(y) for prev(x + y)");
      }
    }
    if (node.operation == Operation::round && count == 2) {
      const FormulaNode& digits = nodes[node.operands[1]];
      const bool whole = digits.operation == Operation::number && digits.number >= 0.0 &&
                         digits.number <= 15.0 &&
                         digits.number == static_cast<double>(static_cast<int>(digits.number));
      if (!whole) {
        fail(digits, "the digits of round are a whole number from 0 to 15",
             std::signbit(digits.number) ? "write round(x / 10) * 10 for tens" : "");
      }
    }
  }
}

}  // namespace chiso
