#include "chiso/serialization/snapshot.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <optional>
#include <pugixml.hpp>
#include <stdexcept>
#include <utility>

#include "chiso/base/error.hpp"
#include "chiso/io/file.hpp"
#include "serialization/archive.hpp"
#include "serialization/binary.hpp"
#include "serialization/byte_order.hpp"
#include "serialization/study_record.hpp"
#include "serialization/types.hpp"
#include "serialization/xml.hpp"

namespace chiso {

namespace fs = std::filesystem;

namespace {

using boost::serialization::make_nvp;

constexpr std::uint32_t format = 1;
constexpr const char* alone = "value";

/// Begins as a PNG does: a byte that is no text, so that nobody takes it for one, and line ends
/// that a transfer as text would change.
constexpr std::string_view magic =
    "\x89"
    "CHS\r\n\x1a\n";
constexpr std::size_t head_bytes = 32;
constexpr std::size_t checked_bytes = 24;  // Of the head: all before the checksum.

constexpr std::string_view xml_begin =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<chiso-snapshot ";
constexpr std::string_view xml_end = "</chiso-snapshot>\n";

[[noreturn]] void refuse(const std::string& file, std::string message, std::string remedy = {}) {
  throw ArchiveError({Problem{{file}, {}, std::move(message), std::move(remedy)}});
}

constexpr const char* from_a_copy = "take a copy that is whole; nothing of this one was used";

[[noreturn]] void refuse_format(const std::string& file, std::string_view found) {
  refuse(
      file,
      fmt::format("it is a snapshot of format {}, and this library reads format {}", found, format),
      "update chiso");
}

// ---- The head -----------------------------------------------------------------------------------

/// Magic, format, zeros, length of what follows.
std::string binary_head(Size length) {
  std::string head(magic);
  append_number(head, format);
  append_number(head, std::uint32_t{0});
  append_number(head, static_cast<std::uint64_t>(length));
  return head;
}

/// Of what follows the head, and of the head.
std::uint64_t sealed(Checksum& content, std::string_view head) {
  content.add(head.substr(0, checked_bytes));
  return content.number();
}

struct BinaryHead {
  std::uint64_t length;
  std::uint64_t checksum;
};

/// @param size of all that there is
BinaryHead read_binary_head(const std::string& file, std::string_view head, Size size) {
  if (head.size() < head_bytes) refuse(file, "it is cut off in its head", from_a_copy);
  const auto found = number_from<std::uint32_t>(head.substr(8, 4));
  if (found > format) refuse_format(file, std::to_string(found));
  const BinaryHead read{number_from<std::uint64_t>(head.substr(16, 8)),
                        number_from<std::uint64_t>(head.substr(24, 8))};
  const auto there = static_cast<std::uint64_t>(size) - head_bytes;
  if (found != format || number_from<std::uint32_t>(head.substr(12, 4)) != 0) {
    refuse(file, "it is damaged: its head is none", from_a_copy);
  }
  if (read.length != there) {
    refuse(file,
           fmt::format("it is {}: its head says {} bytes, and {} follow",
                       there < read.length ? "cut off" : "damaged, or has something behind it",
                       read.length, there),
           from_a_copy);
  }
  return read;
}

struct XmlHead {
  int format = 0;
  std::optional<std::string> checksum;
  std::string_view content;  ///< Behind the head.
};

std::string xml_head(std::string_view checksum) {
  return fmt::format("{}format=\"{}\" checksum=\"{}\">\n", xml_begin, format, checksum);
}

XmlHead read_xml_head(const std::string& file, std::string_view text) {
  const std::size_t end = text.find('\n', xml_begin.size());
  if (end == std::string_view::npos) refuse(file, "it is cut off in its head", from_a_copy);
  const std::string_view head = text.substr(0, end + 1);
  pugi::xml_document document;
  document.load_buffer(head.data(), head.size(), pugi::parse_minimal);
  const pugi::xml_node root = document.child("chiso-snapshot");
  const std::string found = root.attribute("format").value();
  const std::string checksum = root.attribute("checksum").value();
  if (found != std::to_string(format)) {
    if (!found.empty() && found.size() < 6 &&
        std::all_of(found.begin(), found.end(), [](char c) { return c >= '0' && c <= '9'; })) {
      refuse_format(file, found);
    }
    refuse(file, "it is damaged: its head is none", from_a_copy);
  }
  if (head == xml_head(checksum)) return {1, checksum, text.substr(end + 1)};
  // Who takes the checksum out says that it is meant to be another text.
  if (head == fmt::format("{}format=\"{}\">\n", xml_begin, format)) {
    return {1, std::nullopt, text.substr(end + 1)};
  }
  refuse(file, "it is damaged: its head is none", from_a_copy);
}

bool is_binary(std::string_view begin) { return begin.starts_with(magic); }
bool is_xml(std::string_view begin) { return begin.starts_with(xml_begin); }

[[noreturn]] void refuse_stranger(const std::string& file, std::string_view begin) {
  if (begin.empty()) refuse(file, "it is empty", from_a_copy);
  const bool cut = magic.starts_with(begin.substr(0, magic.size())) ||
                   xml_begin.starts_with(begin.substr(0, xml_begin.size()));
  if (cut) refuse(file, "it is cut off in its head", from_a_copy);
  refuse(file, "it is no snapshot: it does not begin as one",
         "a snapshot is what save_snapshot writes");
}

// ---- Reading ------------------------------------------------------------------------------------

/// Problems without a file are of this one.
[[nodiscard]] std::vector<Problem> in_file(std::vector<Problem> problems, const std::string& file,
                                           const std::string& place = {}) {
  for (Problem& problem : problems) {
    if (problem.location.file.empty()) problem.location = {file};
    if (problem.place.empty()) problem.place = place;
  }
  return problems;
}

StudyRecord read_record(const std::string& file, Decoder& decoder, const InputLimits& limits) {
  StudyRecord record;
  LoadingArchive archive(decoder, limits);
  try {
    archive& make_nvp("study", record);
  } catch (const Error& error) {
    throw ArchiveError(in_file(error.problems(), file, archive.place()));
  }
  return record;
}

Study restore(const std::string& file, StudyRecord record, const InputLimits& limits,
              std::span<const StudyValue> known) {
  try {
    return study_of(std::move(record), limits, known);
  } catch (const Error& error) {
    throw ArchiveError(in_file(error.problems(), file));
  }
}

Study read_binary(const std::string& file, std::string_view head, BinaryDecoder::Supply supply,
                  Size size, const InputLimits& limits, std::span<const StudyValue> known = {}) {
  const BinaryHead wanted = read_binary_head(file, head, size);
  BinaryDecoder decoder(std::move(supply), size - static_cast<Size>(head_bytes));
  const auto is_sealed = [&] { return sealed(decoder.whole_checksum(), head) == wanted.checksum; };
  constexpr const char* damaged = "it is damaged: its checksum is not that of its content";
  StudyRecord record;
  try {
    record = read_record(file, decoder, limits);
  } catch (const ArchiveError&) {
    // What cannot be read is the damage's doing, if there is one.
    if (!is_sealed()) refuse(file, damaged, from_a_copy);
    throw;
  }
  const Size more = decoder.left();
  if (!is_sealed()) refuse(file, damaged, from_a_copy);
  if (more > 0) refuse(file, fmt::format("{} bytes stand behind its last value", more));
  return restore(file, std::move(record), limits, known);
}

Study read_xml(const std::string& file, std::string_view text, const InputLimits& limits) {
  const XmlHead head = read_xml_head(file, text);
  Checksum checksum;
  checksum.add(head.content);
  if (head.checksum && checksum.text() != *head.checksum) {
    refuse(file, "it was cut off or changed: its checksum is not that of its content",
           "take a copy that is whole; or, if it was meant, take the attribute `checksum` out of "
           "its second line");
  }
  pugi::xml_document document;
  const auto parsed = document.load_buffer(
      text.data(), text.size(),
      pugi::parse_escapes | pugi::parse_cdata | pugi::parse_ws_pcdata_single, pugi::encoding_utf8);
  if (!parsed || !text.ends_with(xml_end)) {
    refuse(file,
           fmt::format("it is no XML: {}", parsed ? "it ends otherwise" : parsed.description()),
           from_a_copy);
  }
  const pugi::xml_node root = document.document_element();
  XmlDecoder decoder(root);
  StudyRecord record = read_record(file, decoder, limits);
  try {
    decoder.close();
  } catch (const Error& error) {
    throw ArchiveError(in_file(error.problems(), file));
  }
  return restore(file, std::move(record), limits, {});
}

Study read_bytes(const std::string& file, std::string_view bytes, const InputLimits& limits,
                 std::span<const StudyValue> known = {}) {
  if (is_xml(bytes)) return read_xml(file, bytes, limits);
  if (!is_binary(bytes)) refuse_stranger(file, bytes);
  std::string_view left = bytes.substr(std::min(head_bytes, bytes.size()));
  const auto supply = [&left](char* to, std::size_t count) {
    const std::size_t some = std::min(count, left.size());
    std::memcpy(to, left.data(), some);
    left.remove_prefix(some);
    return some;
  };
  return read_binary(file, bytes.substr(0, head_bytes), supply, static_cast<Size>(bytes.size()),
                     limits, known);
}

/// What should never leave a reader leaves it as what it means: sizes are checked before memory is
/// taken, but a file may be larger than the memory.
template <class Read>
auto guarded(const std::string& file, Read read) {
  try {
    return read();
  } catch (const std::bad_alloc&) {
    refuse(file, "it holds more than there is memory for");
  } catch (const std::length_error&) {
    refuse(file, "it holds more than there is memory for");
  }
}

// ---- Writing ------------------------------------------------------------------------------------

/// @returns the head.
std::string write_binary(const StudyRecord& record, const BinaryEncoder::Sink& sink) {
  BinaryEncoder encoder(sink);
  SavingArchive archive(encoder);
  archive& make_nvp("study", record);
  encoder.finish();
  std::string head = binary_head(encoder.length());
  append_number(head, sealed(encoder.checksum(), head));
  return head;
}

/// Into memory that is asked for once: what grows while it is written is there twice.
void write_at_once(const StudyRecord& record, const std::function<char*(Size)>& room) {
  Size length = 0;
  const std::string head = write_binary(
      record, [&length](std::string_view more) { length += static_cast<Size>(more.size()); });
  char* to = room(static_cast<Size>(head.size()) + length);
  const auto append = [&to](std::string_view more) {
    std::memcpy(to, more.data(), more.size());
    to += more.size();
  };
  append(head);
  write_binary(record, append);
}

std::string xml_of(const Study& study) {
  XmlEncoder encoder;
  SavingArchive archive(encoder);
  const StudyRecord record = record_of(study);
  archive& make_nvp("study", record);
  const std::string content = encoder.xml() + std::string(xml_end);
  Checksum checksum;
  checksum.add(content);
  return xml_head(checksum.text()) + content;
}

Study alone_in(StudyValue value) { return Study({{alone, std::move(value)}}); }

}  // namespace

SnapshotForm form_for(const fs::path& path) {
  return path.extension() == ".xml" ? SnapshotForm::xml : SnapshotForm::binary;
}

void save_snapshot(const Study& study, const fs::path& path, SnapshotForm form) {
  if (form == SnapshotForm::xml) return write_file_atomically(path, xml_of(study));
  AtomicFile file(path);
  file.write(std::string(head_bytes, '\0'));
  file.overwrite(
      0, write_binary(record_of(study), [&file](std::string_view bytes) { file.write(bytes); }));
  file.commit();
}

void save_snapshot(const Study& study, const fs::path& path) {
  save_snapshot(study, path, form_for(path));
}

std::string to_bytes(const Study& study, SnapshotForm form) {
  if (form == SnapshotForm::xml) return xml_of(study);
  std::string bytes;
  write_at_once(record_of(study), [&bytes](Size size) {
    bytes.resize(static_cast<std::size_t>(size));
    return bytes.data();
  });
  return bytes;
}

std::string to_bytes(StudyValue value, SnapshotForm form) {
  return to_bytes(alone_in(std::move(value)), form);
}

void to_bytes(const StudyValue& value, std::span<const StudyValue> known,
              const std::function<char*(Size)>& room) {
  // Of the study, not of a copy: the record looks into it.
  const Study study = alone_in(value);
  write_at_once(record_of(study, known), room);
}

StudyValue value_from_bytes(std::string_view bytes, std::span<const StudyValue> known,
                            const InputLimits& limits) {
  return guarded({}, [&] { return read_bytes({}, bytes, limits, known); }).at(alone);
}

Study study_from_bytes(std::string_view bytes, const InputLimits& limits) {
  return guarded({}, [&] { return read_bytes({}, bytes, limits); });
}

Study load_snapshot(const fs::path& path, const InputLimits& limits) {
  const std::string file = path.string();
  return guarded(file, [&] {
    InputFile input(path, limits.snapshot_bytes, "snapshot_bytes");
    std::string head(head_bytes, '\0');
    head.resize(input.read(head.data(), head.size()));
    if (is_binary(head) && input.size()) {
      return read_binary(
          file, head, [&input](char* to, std::size_t count) { return input.read(to, count); },
          *input.size(), limits);
    }
    // Text is read whole, and so is what has no size beforehand.
    if (!is_binary(head)) input.allow(limits.snapshot_text_bytes, "snapshot_text_bytes");
    return read_bytes(file, head + input.rest(), limits);
  });
}

SnapshotHead read_snapshot_head(const fs::path& path) {
  const std::string file = path.string();
  InputFile input(path, InputLimits().snapshot_bytes);
  constexpr std::size_t longest_head = 256;
  std::string begin(longest_head, '\0');
  begin.resize(input.read(begin.data(), begin.size()));
  const Size size = input.size().value_or(static_cast<Size>(begin.size()));
  if (is_xml(begin)) {
    const XmlHead head = read_xml_head(file, begin);
    return {SnapshotForm::xml, head.format, size, head.checksum.value_or("")};
  }
  if (!is_binary(begin)) refuse_stranger(file, begin);
  const BinaryHead head =
      read_binary_head(file, std::string_view(begin).substr(0, head_bytes), size);
  return {SnapshotForm::binary, static_cast<int>(format), size,
          fmt::format("{:016x}", head.checksum)};
}

}  // namespace chiso
