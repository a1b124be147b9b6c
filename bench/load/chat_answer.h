#pragma once

#include <string>
#include <string_view>

namespace antiphon::bench {

/// Takes the answer of `POST /v1/chat/completions` apart and says whether it is what was expected.
/// Knows texts without escapes alone.
class ChatAnswer {
 public:
  ChatAnswer() = default;
  ChatAnswer(std::string expected, bool is_streamed)
      : expected_(std::move(expected)), is_streamed_(is_streamed) {}

  /// Of the body, as it comes.
  void add(std::string_view bytes);
  /// The body is whole.
  void end();
  /// After end(): what is wrong with it. Empty when all of the text came and nothing else, and that
  /// it is complete was told.
  std::string fault() const;

  /// Events with content; an answer that is not streamed is one.
  std::size_t events() const { return events_; }

 private:
  void read(std::string_view json);

  std::string expected_;
  bool is_streamed_ = false;
  std::string rest_;
  std::string text_;
  std::size_t events_ = 0;
  bool has_stopped_ = false;
  bool is_done_ = false;
};

}  // namespace antiphon::bench
