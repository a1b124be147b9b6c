#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace antiphon {

/// What kind of failure ended a request. Closed and free of any protocol: `http/problem.h` maps it
/// to a status, `live/close_code.h` to a close code, the command line to an exit code.
enum class Code {
  invalid,          ///< the input is malformed or breaks a rule; `fields` says where
  unauthenticated,  ///< nobody signed in, or the credential is not good
  forbidden,        ///< signed in, but this is not allowed
  not_found,        ///< absent, or another tenant's
  conflict,         ///< the state does not allow it, or a twin is under way
  gone,             ///< was there and is not any more
  too_large,        ///< a stated size limit is exceeded
  unsupported,      ///< a format, protocol or language that is not handled
  unprocessable,    ///< well-formed, but cannot be used (broken media, reused key)
  rate_limited,     ///< too many; `retry_after_s` says when again
  quota_exceeded,   ///< the plan's quota is used up
  unavailable,      ///< a dependency or capacity is missing right now
  timeout,          ///< the deadline passed
  cancelled,        ///< the caller left
  internal,         ///< a fault of ours
};

/// The stable text of a code, as it stands in the `code` of a problem: "not_found".
std::string_view to_text(Code code);

/// One broken rule of one field.
struct FieldError {
  std::string pointer;  ///< JSON pointer (RFC 6901) of the field, "" for the whole
  std::string rule;     ///< stable name of the rule: "required", "type", "max_length", …
  std::string message;  ///< which value was wrong and what would be right
};

/// Ends a request. Thrown once where it is known, translated once at the edge.
class Error : public std::exception {
 public:
  /// @param message  for the caller: says what was wrong and what would be right; no secrets
  explicit Error(Code code, std::string message);

  /// Every broken field at once. The code is `invalid`.
  explicit Error(std::vector<FieldError> fields);

  /// Adds what only the log may see.
  Error&& detail(std::string text) &&;
  Error&& retry_after(int seconds) &&;

  Code code() const { return code_; }
  const std::string& message() const { return message_; }
  const std::string& detail() const { return detail_; }
  const std::vector<FieldError>& fields() const { return fields_; }
  /// Seconds after which a retry makes sense; 0 when nothing is known.
  int retry_after_s() const { return retry_after_s_; }
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  Code code_;
  std::string message_;
  std::string detail_;
  std::vector<FieldError> fields_;
  int retry_after_s_ = 0;
};

/// Logs nothing itself: throws Error{Code::internal} whose detail names the broken invariant.
[[noreturn]] void invariant_broken(const char* condition, const char* why, const char* file,
                                   int line);

}  // namespace antiphon

/// A broken invariant ends the task; never used on user input.
#define ENSURE(condition, why)                                           \
  do {                                                                   \
    if (!(condition)) {                                                  \
      ::antiphon::invariant_broken(#condition, why, __FILE__, __LINE__); \
    }                                                                    \
  } while (false)
