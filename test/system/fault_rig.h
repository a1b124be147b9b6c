#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/http/client.h"
#include "engine/schema/value.h"
#include "test/system/fault_page.h"

// The table of faults as questions: each has an instance, a provider and a model of its own, so
// that none meets what another left behind.

namespace antiphon::testing {

/// One question, and what came of it.
struct FaultRow {
  const Fault* fault = nullptr;
  Speaks kind = Speaks::openai;
  bool is_streamed = true;
  bool has_second = false;
  std::size_t number = 0;
  Consequence came = {};
  std::int64_t attempts = 0;
  double cost = 0;
  bool has_failed = false;  ///< as the server counts

  std::string group() const { return fmt::format("g{}", number); }
  std::string model() const { return fmt::format("m{}", number); }
  std::string second_model() const { return fmt::format("s{}", number); }
  /// For messages.
  std::string name() const;
  std::string question() const;
};

/// All rows; those alone and with a second instance by turns.
std::vector<FaultRow> rows_of(const std::vector<Fault>& faults);

/// Prices by which every row is charged, of one token.
inline constexpr double price_in = 0.01;
inline constexpr double price_out = 0.02;

/// The server's configuration.
/// @param upstream  of the model server; refusing: of one that takes no connection
std::string config_of(const std::vector<FaultRow>& rows, std::string_view upstream,
                      std::string_view refusing);
/// The model server's script.
std::string script_of(const std::vector<FaultRow>& rows);

/// What a client of `/v1` makes of an answer.
struct ClientView {
  int status = 0;
  std::string code;  ///< of an error, from the start or at the end
  std::string text;
  bool is_complete = false;  ///< a reason to finish, and [DONE] where it is streamed
};
ClientView read_answer(const http::ClientResponse& answer);
/// In the words of the page.
std::string words_for(const ClientView& view);
int count_words(std::string_view text);

}  // namespace antiphon::testing
