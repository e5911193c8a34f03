#include "io/edit_rows.hpp"

namespace chiso {

namespace {

constexpr EditRow change(std::string_view en, std::string_view vi, std::string_view kind,
                         std::string_view how) {
  EditRow form{en, vi, kind};
  form.unit = {"of"};
  form.code = {kind, true};
  form.amount = {how, true};
  return form;
}

std::vector<EditRow> make_forms() {
  std::vector<EditRow> forms{
      change("set", "\u0111\u1eb7t", "value", "set"),
      change("add", "c\u1ed9ng", "value", "add"),
      change("scale", "nh\u00e2n", "value", "scale"),
      change("at most", "t\u1ed1i \u0111a", "value", "at_most"),
      change("at least", "t\u1ed1i thi\u1ec3u", "value", "at_least"),
      change("set score", "\u0111\u1eb7t \u0111i\u1ec3m", "score", "set"),
      change("add score", "c\u1ed9ng \u0111i\u1ec3m", "score", "add"),
      change("scale score", "nh\u00e2n \u0111i\u1ec3m", "score", "scale"),
      change("score at most", "\u0111i\u1ec3m t\u1ed1i \u0111a", "score", "at_most"),
      change("score at least", "\u0111i\u1ec3m t\u1ed1i thi\u1ec3u", "score", "at_least"),
  };
  const auto add = [&](std::string_view en, std::string_view vi,
                       std::string_view kind) -> EditRow& {
    forms.push_back({en, vi, kind});
    return forms.back();
  };
  const auto parameter = [&](std::string_view en, std::string_view vi, std::string_view how) {
    EditRow& form = add(en, vi, "parameter");
    form.code = {"parameter", true};
    form.amount = {how, true};
  };
  parameter("set parameter", "\u0111\u1eb7t tham s\u1ed1", "set");
  parameter("add parameter", "c\u1ed9ng tham s\u1ed1", "add");
  parameter("scale parameter", "nh\u00e2n tham s\u1ed1", "scale");
  parameter("parameter at most", "tham s\u1ed1 t\u1ed1i \u0111a", "at_most");
  parameter("parameter at least", "tham s\u1ed1 t\u1ed1i thi\u1ec3u", "at_least");
  EditRow& weights = add("weights", "tr\u1ecdng s\u1ed1", "weights");
  weights.code = {"weights", true};
  weights.amount = {"", true};
  weights.details = {rest_of_keys};
  weights.numbered = "weights";
  EditRow& rule = add("rule", "quy t\u1eafc", "rule");
  rule.code = {"rule", true};
  rule.details = {"with", true};
  EditRow& aggregation = add("aggregation", "ph\u00e9p t\u1ed5ng h\u1ee3p", "aggregation");
  aggregation.code = {"aggregation", true};
  aggregation.amount = {"method"};
  aggregation.details = {rest_of_keys};
  add("drop", "b\u1ecf", "drop").code = {"drop", true};
  EditRow& add_to = add("add to", "th\u00eam v\u00e0o", "add_to");
  add_to.code = {"add_to", true};
  add_to.details = {"criterion", true};
  EditRow& merge = add("merge", "s\u00e1p nh\u1eadp", "merge");
  merge.unit = {"merge", true};
  merge.amount = {""};
  merge.into = {"into", true};
  merge.totals = {"totals"};
  merge.numbered = "merge";
  EditRow& split = add("split", "t\u00e1ch", "split");
  split.unit = {"split", true};
  split.amount = {""};
  split.into = {"into", true};
  split.totals = {"totals"};
  split.numbered = "into";
  add("method of", "ph\u01b0\u01a1ng ph\u00e1p c\u1ee7a", "method_of").amount = {"method_of", true};
  add("index", "b\u1ed9 ch\u1ec9 s\u1ed1", "index").amount = {"index", true};
  return forms;
}

}  // namespace

const std::vector<EditRow>& edit_rows() {
  static const std::vector<EditRow> forms = make_forms();
  return forms;
}

}  // namespace chiso
