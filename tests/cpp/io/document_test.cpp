#include "chiso/io/document.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <random>
#include <string>

#include "chiso/base/error.hpp"

namespace chiso {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string message_of(std::string_view yaml, const InputLimits& limits = {}) {
  try {
    static_cast<void>(parse_document(yaml, "a.yaml", limits));
  } catch (const SpecError& error) {
    return error.what();
  }
  return "no error";
}

TEST(DocumentTest, KnowsWhatStandsWhere) {
  const Node root = parse_document("title: Chỉ số\nweights: {a: 1, b: [2, '3']}\nnothing:\n", "");

  ASSERT_TRUE(root.is_mapping());
  ASSERT_EQ(root.keys.size(), 3u);
  EXPECT_EQ(root.keys[1].text, "weights");
  EXPECT_EQ(root.keys[1].line, 2);
  const Node* list = root.find("weights")->find("b");
  ASSERT_NE(list, nullptr);
  ASSERT_TRUE(list->is_sequence());
  EXPECT_EQ(list->line, 2);
  EXPECT_EQ(list->column, 20);
  EXPECT_FALSE(list->items[0].quoted);
  EXPECT_TRUE(list->items[1].quoted);
  EXPECT_TRUE(root.find("nothing")->is_null());
  EXPECT_EQ(root.find("absent"), nullptr);
}

TEST(DocumentTest, CountsColumnsInLetters) {
  const Node root = parse_document("{Chỉ số: 1, b: 2}", "");

  EXPECT_EQ(root.keys[1].column, 13);  // "{Chỉ số: 1, " has 12 letters.
}

TEST(DocumentTest, PutsAByteOrderMarkAndWindowsLinesAside) {
  const Node root = parse_document(
      "\xef\xbb\xbf"
      "a: 1\r\nb: x\r\n",
      "");

  EXPECT_EQ(root.find("a")->text, "1");
  EXPECT_EQ(root.find("b")->text, "x");
  EXPECT_EQ(root.find("b")->line, 2);
}

TEST(DocumentTest, RefusesAnEmptyFile) {
  EXPECT_EQ(message_of(""), "a.yaml: the file is empty");
  EXPECT_EQ(message_of("  \n\n"), "a.yaml: the file is empty");
  EXPECT_EQ(message_of("# only a comment\n"), "a.yaml: the file is empty");
  EXPECT_EQ(message_of("---\n...\n"), "a.yaml: the file is empty");
}

TEST(DocumentTest, RefusesWhatIsNotUtf8AndNamesTheByte) {
  EXPECT_THAT(message_of("a: 1\nb: \xff\n"),
              HasSubstr("a.yaml:2:4: expected text in UTF-8, but byte 8 (0xff) is not"));
  EXPECT_THAT(message_of("\xff\xfe"
                         "a"),
              HasSubstr("found UTF-16"));
}

TEST(DocumentTest, RefusesControlCharacters) {
  using namespace std::string_view_literals;
  EXPECT_THAT(message_of("a: 1\nb: \0x"sv),
              HasSubstr("a.yaml:2:4: byte 8 is the control character 0x00"));
  EXPECT_THAT(message_of("a: \x04"), HasSubstr("0x04"));
}

TEST(DocumentTest, RefusesAliasesAndAnchors) {
  EXPECT_THAT(message_of("a: &x [1, 2]\nb: *x\n"),
              HasSubstr("a.yaml:1:4: expected a value, found an anchor (&x)"));
  EXPECT_THAT(message_of("a: *x\n"), HasSubstr("a.yaml:1:"));
  // A billion laughs is refused at the first anchor.
  EXPECT_THAT(message_of("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"), HasSubstr("anchor"));
}

TEST(DocumentTest, RefusesTagsThatAreNotCore) {
  EXPECT_THAT(message_of("a: !!python/object:os.system [x]\n"), HasSubstr("found the tag"));
  EXPECT_THAT(message_of("a: !mine 3\n"), HasSubstr("found the tag '!mine'"));
  EXPECT_TRUE(parse_document("a: !!str 3\n", "").find("a")->quoted);
}

TEST(DocumentTest, RefusesSeveralDocuments) {
  EXPECT_THAT(message_of("a: 1\n---\nb: 2\n"), HasSubstr("expected one document"));
}

TEST(DocumentTest, RefusesAKeyTwiceAndNamesBothLines) {
  EXPECT_EQ(message_of("a: 1\nb: 2\na: 3\n"),
            "a.yaml:3:1: 'a' stands twice, first in line 1; remove one");
}

TEST(DocumentTest, RefusesKeysThatAreNotWords) {
  EXPECT_THAT(message_of("[1, 2]: 3\n"),
              HasSubstr("expected a word before the colon, found a list"));
  EXPECT_THAT(message_of("~: 3\n"), HasSubstr("found nothing"));
}

TEST(DocumentTest, SaysWhereYamlIsBroken) {
  EXPECT_THAT(message_of("a: b: c\n"), StartsWith("a.yaml:1:5: not YAML"));
  EXPECT_THAT(message_of("a: b: c\n"), HasSubstr("needs quotes"));
  EXPECT_THAT(message_of("a: [1, 2\n"), HasSubstr("a.yaml:"));
}

std::string repeated(std::string_view what, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += what;
  return text;
}

std::string staircase(int levels) {
  std::string text;
  for (int i = 0; i < levels; ++i) text += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  return text;
}

TEST(DocumentTest, NoMessageHasHalfALetter) {
  EXPECT_EQ(message_of("a: \"\\\u01b0\"\n"),
            "a.yaml:1:7: not YAML: unknown escape character; a backslash between double quotes "
            "needs a second one before it");
}

TEST(DocumentTest, RefusesWhatIsTooDeepOrTooLargeQuickly) {
  const auto begin = std::chrono::steady_clock::now();

  EXPECT_THAT(message_of(repeated("[", 10'000) + repeated("]", 10'000)),
              HasSubstr("nested deeper than 100"));
  EXPECT_THAT(message_of(repeated("{a: ", 10'000) + repeated("}", 10'000)),
              HasSubstr("nested deeper than 100"));
  EXPECT_THAT(message_of(repeated("- ", 10'000)), HasSubstr("nested deeper than 100"));
  EXPECT_THAT(message_of(staircase(2'000)), HasSubstr("nested deeper than 100"));
  EXPECT_THAT(message_of(repeated("[", 10'000)), StartsWith("a.yaml:"));
  EXPECT_THAT(message_of("a: '" + repeated("x", 100'000) + "'"),
              HasSubstr("raise `text_bytes` of InputLimits"));
  EXPECT_THAT(message_of("[" + repeated("1,", 600'000) + "1]"), HasSubstr("500000 values"));
  EXPECT_THAT(message_of(std::string(50'000'000, 'x')), HasSubstr("50000000 bytes"));

  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(30));
}

TEST(DocumentTest, SaysWhichLimitWasReached) {
  InputLimits limits;
  limits.depth = 3;
  EXPECT_THAT(message_of("[[[[1]]]]", limits), HasSubstr("nested deeper than 3"));
  EXPECT_THAT(message_of("[[[1]]]", limits), testing::Eq("no error"));
  limits.values = 4;
  EXPECT_THAT(message_of("[1, 2, 3, 4]", limits), HasSubstr("more than 4 values"));
  limits.text_bytes = 3;
  EXPECT_THAT(message_of("abcd", limits), HasSubstr("4 bytes, and no more than 3 are read"));
  limits.definition_bytes = 5;
  EXPECT_THAT(
      message_of("[1, 2]", limits),
      HasSubstr("the text has 6 bytes, and no more than 5 are read; if it is meant to be so, "
                "raise `definition_bytes` of InputLimits"));
}

TEST(DocumentTest, WritesOnOneLine) {
  const Node root = parse_document("a: [1, 'x, y', {b: null}]\n\"> 90\": -2\n", "");

  EXPECT_EQ(to_flow(root), R"({a: [1, "x, y", {b: null}], "> 90": -2})");
}

TEST(DocumentTest, WritesTextsSoThatTheyStayTexts) {
  EXPECT_EQ(to_flow(Node::text_of("2013")), "\"2013\"");
  EXPECT_EQ(to_flow(Node::text_of("0x1F")), "\"0x1F\"");
  EXPECT_EQ(to_flow(Node::text_of("1_000")), "\"1_000\"");
  EXPECT_EQ(to_flow(Node::text_of("yes")), "\"yes\"");
  EXPECT_EQ(to_flow(Node::text_of("2022-08-26")), "\"2022-08-26\"");
  EXPECT_EQ(to_flow(Node::text_of("")), "\"\"");
  EXPECT_EQ(to_flow(Node::text_of("Chỉ số")), "Chỉ số");
  EXPECT_EQ(to_flow(Node::text_of("D?")), "\"D?\"");
  EXPECT_EQ(to_flow(Node::number(-0.5)), "-0.5");
}

TEST(DocumentTest, WritesOverSeveralLines) {
  Node child = Node::mapping().set("code", Node::word("b")).set("weight", Node::number(5));
  child.block = true;
  Node children = Node::sequence({child, child});
  const Node root = Node::mapping().set("code", Node::word("a")).set("children", children);

  EXPECT_EQ(to_block(root),
            "code: a\n"
            "children:\n"
            "  - code: b\n"
            "    weight: 5\n"
            "  - code: b\n"
            "    weight: 5\n");
}

bool same(const Node& a, const Node& b) {
  if (a.kind != b.kind || a.text != b.text || a.items.size() != b.items.size()) return false;
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    if (a.is_mapping() && a.keys[i].text != b.keys[i].text) return false;
    if (!same(a.items[i], b.items[i])) return false;
  }
  return true;
}

Node random_node(std::mt19937_64& random, int depth) {
  const std::vector<std::string> texts{
      "a",   "",     " a",   "a ", "- a",  "a: b",     "a:",       "#a",    "a #b",   "[",
      "{a}", "'",    "\"",   "\\", "~",    "null",     "12",       "-3.5",  "> 90",   "a\nb",
      "*a",  "&a",   "!a",   "%a", "@a",   "`a",       "Chỉ số",   "a,b",   "a: ",    "--- a",
      "\ta", "\x01", "|",    "?",  "? a",  "true",     "= 3",      "-",     "<<",     "...",
      "---", "a'b",  "a\"b", "::", "a::b", "http://x", "[70, 90]", "\\x41", "\u00a0", "\u2028"};
  const auto pick = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  const auto kind = depth == 0 ? 0 : pick(3);
  if (kind == 0) return pick(8) == 0 ? Node() : Node::text_of(texts[pick(texts.size())]);
  Node node = kind == 1 ? Node::sequence() : Node::mapping();
  node.block = pick(2) == 0;
  for (std::size_t i = 0, n = pick(5); i < n; ++i) {
    if (kind == 1) {
      node.items.push_back(random_node(random, depth - 1));
    } else {
      const std::string key = texts[pick(texts.size())];
      if (node.find(key) == nullptr) node.set(key, random_node(random, depth - 1));
    }
  }
  return node;
}

TEST(DocumentTest, ReadsBackWhatItWrites) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 3000; ++i) {
    Node node = random_node(random, 4);
    if (node.is_null()) continue;
    const std::string flow = to_flow(node);
    const std::string block = to_block(node);
    EXPECT_TRUE(same(parse_document(flow, "flow"), node)) << flow;
    EXPECT_TRUE(same(parse_document(block, "block"), node)) << block;
    EXPECT_EQ(to_flow(parse_document(block, "block")), flow);
  }
}

// A reader gives up looking for the colon behind a key after 1024 bytes.
TEST(DocumentTest, ReadsBackLongKeys) {
  for (const std::size_t size : {990U, 1000U, 1020U, 1030U, 30'000U}) {
    for (const std::string& letter : {std::string("a"), std::string("\n"), std::string("\"")}) {
      std::string key;
      for (std::size_t i = 0; i < size; ++i) key += letter;
      Node inner = Node::mapping();
      inner.set("x", Node::number(1)).set(key, Node::number(2));
      inner.block = true;
      Node root = Node::mapping();
      root.set("a", inner).set(key, Node::sequence({inner}));
      for (const std::string& text : {to_flow(root), to_block(root)}) {
        const Node again = parse_document(text, "");
        ASSERT_EQ(again.keys.size(), 2U);
        EXPECT_EQ(again.keys[1].text, key);
        EXPECT_EQ(again.items[0].find(key)->text, "2");
        EXPECT_EQ(again.items[1].items[0].find(key)->text, "2");
      }
    }
  }
}

TEST(DescribeTest, NamesWhatWasFound) {
  EXPECT_EQ(describe(parse_document("[1, 2]", "")), "the list [1, 2]");
  EXPECT_EQ(describe(parse_document("{a: 1}", "")), "the mapping {a: 1}");
  EXPECT_EQ(describe(parse_document("12.5", "")), "the number 12.5");
  EXPECT_EQ(describe(parse_document("'12.5'", "")), "the text '12.5'");
  EXPECT_EQ(describe(parse_document("abc", "")), "the text 'abc'");
  EXPECT_EQ(describe(Node()), "nothing");
  EXPECT_EQ(describe(Node::word(std::string(50, 'x'))),
            "the text '" + std::string(40, 'x') + "...'");
}

}  // namespace
}  // namespace chiso
