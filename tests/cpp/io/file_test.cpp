#include "chiso/io/file.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "chiso/base/error.hpp"

namespace chiso {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// A folder that is there as long as its test runs.
class FileTest : public testing::Test {
 protected:
  FileTest() {
    folder_ =
        fs::temp_directory_path() / ("chiso_file_test_" + std::to_string(::getpid()) + "_" +
                                     testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(folder_);
  }
  ~FileTest() override { fs::remove_all(folder_); }

  fs::path folder_;
};

template <class ErrorType, class Call>
std::string message_of(const Call& call) {
  try {
    call();
  } catch (const ErrorType& error) {
    return error.what();
  }
  return "no error of this type";
}

TEST_F(FileTest, ReadsBackWhatWasWritten) {
  using namespace std::string_literals;
  for (const std::string& content : {""s, "a"s, "\0\xff\r\n"s, std::string(100'000, 'x')}) {
    write_file_atomically(folder_ / "a.txt", content);
    EXPECT_EQ(read_file(folder_ / "a.txt", 1 << 20), content);
  }
}

TEST_F(FileTest, LeavesNothingElseBehind) {
  write_file_atomically(folder_ / "a.txt", "1");
  write_file_atomically(folder_ / "a.txt", "2");

  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
}

TEST_F(FileTest, KeepsPermissionsAndLinks) {
  write_file_atomically(folder_ / "a.txt", "1");
  fs::permissions(folder_ / "a.txt", fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink("a.txt", folder_ / "link.txt");

  write_file_atomically(folder_ / "link.txt", "2");

  EXPECT_TRUE(fs::is_symlink(folder_ / "link.txt"));
  EXPECT_EQ(read_file(folder_ / "a.txt", 10), "2");
  EXPECT_EQ(fs::status(folder_ / "a.txt").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(FileTest, NamesThePathThatCannotBeRead) {
  EXPECT_THAT(
      message_of<NotFoundError>([&] { static_cast<void>(read_file(folder_ / "none.yaml", 10)); }),
      HasSubstr("none.yaml'"));
  EXPECT_THAT(message_of<Error>([&] { static_cast<void>(read_file(folder_, 10)); }),
              HasSubstr("is a folder"));
}

TEST_F(FileTest, RefusesMoreThanTheLimit) {
  write_file_atomically(folder_ / "a.txt", "12345");

  EXPECT_EQ(read_file(folder_ / "a.txt", 5), "12345");
  EXPECT_THAT(message_of<Error>([&] { static_cast<void>(read_file(folder_ / "a.txt", 4)); }),
              HasSubstr("has 5 bytes, and no more than 4 are read"));
  EXPECT_THAT(message_of<Error>([&] { static_cast<void>(read_file("/dev/zero", 4)); }),
              HasSubstr("has more than 4 bytes"));
}

TEST_F(FileTest, NamesThePathThatCannotBeWritten) {
  EXPECT_THAT(
      message_of<NotFoundError>([&] { write_file_atomically(folder_ / "none" / "a.txt", "1"); }),
      HasSubstr("there is no folder"));
  EXPECT_THAT(message_of<Error>([&] { write_file_atomically(folder_, "1"); }),
              HasSubstr("is a folder"));
}

}  // namespace
}  // namespace chiso
