#pragma once

#include <cstdint>
#include <pugixml.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/base/size.hpp"
#include "serialization/decoder.hpp"
#include "serialization/encoder.hpp"

/// The readable form: an element a field, doubles as the shortest text that reads back the same.
namespace chiso {

class XmlEncoder final : public Encoder {
 public:
  XmlEncoder() : path_{document_.root()} {}

  /// All that was written, indented.
  [[nodiscard]] std::string xml() const;

  void open(const char* field) override { open_kind(field); }
  void close() override { path_.pop_back(); }
  void open_kind(std::string_view kind) override;
  void version(unsigned version) override;
  void present(bool is_there) override;
  void count(Size /*items*/) override {}
  void whole(std::int64_t number) override;
  void real(double number) override;
  void text(std::string_view text) override;
  void bytes(std::string_view bytes) override;
  void reals(std::span<const double> numbers, Size width) override;

 private:
  pugi::xml_document document_;
  std::vector<pugi::xml_node> path_;
};

class XmlDecoder final : public Decoder {
 public:
  /// @param root whose children are read
  explicit XmlDecoder(pugi::xml_node root) { enter(root); }

  void open(const char* field) override;
  void close() override;
  [[nodiscard]] std::string open_kind() override;
  [[nodiscard]] unsigned version() override;
  [[nodiscard]] bool present() override;
  [[nodiscard]] Size count(Size least_bytes) override;
  [[nodiscard]] std::int64_t whole() override;
  [[nodiscard]] double real() override;
  [[nodiscard]] std::string text() override;
  [[nodiscard]] std::string bytes() override;
  [[nodiscard]] std::vector<double> reals() override;

 private:
  struct Step {
    pugi::xml_node node;
    pugi::xml_node next;  ///< The child element that is read next; null: none.
  };

  void enter(pugi::xml_node node);
  [[nodiscard]] pugi::xml_node take_next();
  [[nodiscard]] std::string_view content() const;

  std::vector<Step> path_;
};

}  // namespace chiso
