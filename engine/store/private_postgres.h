#pragma once

#include <memory>
#include <string>

#include "engine/async/child.h"
#include "engine/async/core.h"

namespace antiphon::store::testing {

/// A PostgreSQL server of this test program's own, in a temporary folder and reached by a socket
/// there: nothing is shared with other runs, and it goes with the program, however that ends.
class PrivatePostgres {
 public:
  /// The one of this program, started at the first call.
  /// @throws Error{Code::unavailable} when PostgreSQL is not installed or does not start
  static PrivatePostgres& shared();

  ~PrivatePostgres();

  /// Makes an empty database and gives its URL.
  std::string make_database();

  /// As a crash does it: every connection breaks.
  void stop();
  void start();
  /// From now on it syncs as a real one does: for benchmarks.
  void make_durable();

 private:
  PrivatePostgres();
  /// @throws Error{Code::unavailable} when the guarding script cannot do it
  void order(const std::string& line);
  /// One line of what the guarding script says.
  std::string read_line();

  SystemClock clock_;
  Core core_{0, clock_};
  std::unique_ptr<Child> guard_;
  std::string folder_;
  std::string unread_;
  int databases_ = 0;
};

}  // namespace antiphon::store::testing
