#include "engine/base/file_io.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <thread>

#include "engine/base/descriptor.h"
#include "engine/base/temporary_folder.h"

namespace antiphon {
namespace {

TEST(FileIo, reads_and_writes_at_any_place_and_says_where_the_end_is) {
  TemporaryFolder folder;
  Descriptor file(::open((folder.path() / "file").c_str(), O_RDWR | O_CREAT, 0600));
  ASSERT_EQ(write_all(file.get(), "hello "), 0);
  ASSERT_EQ(write_all(file.get(), "world"), 0);
  ASSERT_EQ(write_at(file.get(), 6, "there"), 0);
  EXPECT_EQ(read_at(file.get(), 0, 100), "hello there");
  EXPECT_EQ(read_at(file.get(), 6, 3), "the");
  EXPECT_EQ(read_at(file.get(), 100, 3), "");
}

TEST(FileIo, a_write_that_is_taken_in_parts_goes_on) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  Descriptor out(ends[0]);
  Descriptor in(ends[1]);
  std::string sent(std::size_t{1} << 20, 'x');  // more than a pipe holds
  int error = -1;
  std::thread writer([&] {
    error = write_all(in.get(), sent);
    in = Descriptor();
  });
  std::string got;
  std::string piece(4096, '\0');
  for (ssize_t count; (count = ::read(out.get(), piece.data(), piece.size())) > 0;) {
    got.append(piece, 0, static_cast<std::size_t>(count));
  }
  writer.join();
  EXPECT_EQ(error, 0);
  EXPECT_EQ(got, sent);
}

TEST(FileIo, tells_what_failed) {
  EXPECT_EQ(write_all(-1, "x"), EBADF);
  EXPECT_EQ(write_at(-1, 0, "x"), EBADF);
  EXPECT_EQ(read_at(-1, 0, 1).error(), EBADF);
  Descriptor full(::open("/dev/full", O_RDWR));
  EXPECT_EQ(write_all(full.get(), "x"), ENOSPC);
}

}  // namespace
}  // namespace antiphon
