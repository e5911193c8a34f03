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

TEST_F(FileTest, FindsNamesThatAreComposedOtherwise) {
  const fs::path composed = folder_ / "Th\u1ebf" / "\u1ed1.txt";                  // NFC
  const fs::path decomposed = folder_ / "The\u0302\u0301" / "o\u0302\u0301.txt";  // NFD
  fs::create_directories(decomposed.parent_path());
  write_file_atomically(decomposed, "1");

  EXPECT_EQ(existing_path(composed), decomposed);
  EXPECT_EQ(existing_path(decomposed), decomposed);
  EXPECT_TRUE(is_file(composed));
  EXPECT_EQ(read_file(composed, 10), "1");
  write_file_atomically(composed, "2");
  EXPECT_EQ(read_file(decomposed, 10), "2");
  EXPECT_EQ(std::distance(fs::directory_iterator(decomposed.parent_path()), {}), 1);
  EXPECT_EQ(existing_path(folder_ / "\u1ebf"), folder_ / "\u1ebf");
  EXPECT_FALSE(is_file(folder_));
  EXPECT_FALSE(is_file(std::string(5000, 'x')));
}

TEST_F(FileTest, WritesNamesAsLongAsTheDiskAllows) {
  const fs::path path = folder_ / std::string(255, 'x');
  write_file_atomically(path, "1");
  write_file_atomically(path, "2");
  EXPECT_EQ(read_file(path, 10), "2");
  EXPECT_THAT(message_of<Error>([&] { write_file_atomically(path.string() + "y", "1"); }),
              HasSubstr("File name too long"));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 1);
}

TEST_F(FileTest, FollowsLinksThatLeadNowhereYet) {
  fs::create_symlink("there", folder_ / "link");
  fs::create_symlink("circle", folder_ / "circle");
  write_file_atomically(folder_ / "link", "1");

  EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
  EXPECT_EQ(read_file(folder_ / "there", 10), "1");
  EXPECT_THAT(message_of<Error>([&] { write_file_atomically(folder_ / "circle", "1"); }),
              HasSubstr("symbolic links"));
}

TEST_F(FileTest, WritesToPipesAndDevicesAndDoesNotReplaceThem) {
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  EXPECT_THAT(message_of<Error>([&] { write_file_atomically(folder_ / "pipe", "1"); }),
              HasSubstr("nobody reads"));
  write_file_atomically("/dev/null", "1");
  EXPECT_THAT(message_of<Error>([&] { write_file_atomically("/dev/full", "1"); }),
              HasSubstr("No space left"));
  EXPECT_EQ(fs::status("/dev/full").type(), fs::file_type::character);
  EXPECT_EQ(fs::status(folder_ / "pipe").type(), fs::file_type::fifo);
}

TEST_F(FileTest, RemovesWhatKilledProcessesLeft) {
  write_file_atomically(folder_ / ".chiso-1-1-1.tmp", "half");
  write_file_atomically(folder_ / "a", "1");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 1);

  AtomicFile open(folder_ / "b");
  open.write("1");
  write_file_atomically(folder_ / "a", "2");
  open.overwrite(0, "2");
  open.commit();
  EXPECT_EQ(read_file(folder_ / "b", 10), "2");
}

TEST_F(FileTest, NamesTheLimit) {
  write_file_atomically(folder_ / "a", "12345");
  EXPECT_THAT(message_of<Error>(
                  [&] { static_cast<void>(read_file(folder_ / "a", 4, "definition_bytes")); }),
              HasSubstr("raise `definition_bytes` of InputLimits"));
}

}  // namespace
}  // namespace chiso
