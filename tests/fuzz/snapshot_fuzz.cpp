// Any bytes are either refused or a study: it is written and read again in both forms, compared
// with itself, described. The checksum is made right first, or nothing would get past it; what
// begins with '<' is the inside of the readable form.

#include <optional>
#include <string>
#include <string_view>

#include "../cpp/serialization/sealed.hpp"
#include "chiso/serialization/snapshot.hpp"
#include "chiso/serialization/study_difference.hpp"
#include "fuzz.hpp"

namespace {

using chiso::SnapshotForm;
using chiso::Study;
using chiso::fuzz::accepted;
using chiso::fuzz::must;

std::string framed(std::string_view content) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<chiso-snapshot format=\"1\">\n" +
         std::string(content) + "</chiso-snapshot>\n";
}

void use(const Study& study) {
  for (const chiso::StudyPart& part : study.parts()) {
    must(!chiso::describe(part.value).empty(), "nothing is said of a part");
  }
  const std::string bytes = chiso::to_bytes(study);
  const Study again = chiso::study_from_bytes(bytes);
  must(chiso::to_bytes(again) == bytes, "written and read, it is another");
  must(chiso::difference(study, again).empty(), "a study differs from itself");
  const Study readable = chiso::study_from_bytes(chiso::to_bytes(study, SnapshotForm::xml));
  must(chiso::to_bytes(readable) == bytes, "in the readable form, it is another");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto content = chiso::fuzz::text_of(data, size);
  (void)accepted([&] { return chiso::study_from_bytes(content); });
  const std::string bytes =
      content.starts_with('<') ? framed(content) : chiso::test::sealed(content);
  const auto study = accepted([&] { return chiso::study_from_bytes(bytes); });
  if (study) use(*study);
  return 0;
}
