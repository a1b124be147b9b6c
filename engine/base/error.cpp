#include "engine/base/error.h"

#include <fmt/format.h>

namespace antiphon {

std::string_view to_text(Code code) {
  switch (code) {
    case Code::invalid: return "invalid";
    case Code::unauthenticated: return "unauthenticated";
    case Code::forbidden: return "forbidden";
    case Code::not_found: return "not_found";
    case Code::conflict: return "conflict";
    case Code::gone: return "gone";
    case Code::too_large: return "too_large";
    case Code::unsupported: return "unsupported";
    case Code::unprocessable: return "unprocessable";
    case Code::rate_limited: return "rate_limited";
    case Code::quota_exceeded: return "quota_exceeded";
    case Code::unavailable: return "unavailable";
    case Code::timeout: return "timeout";
    case Code::cancelled: return "cancelled";
    case Code::internal: return "internal";
  }
  return "internal";
}

Error::Error(Code code, std::string message) : code_(code), message_(std::move(message)) {}

Error::Error(std::vector<FieldError> fields)
    : code_(Code::invalid),
      message_(fields.size() == 1 ? fields.front().message
                                  : fmt::format("{} fields are not valid.", fields.size())),
      fields_(std::move(fields)) {}

Error&& Error::detail(std::string text) && {
  detail_ = std::move(text);
  return std::move(*this);
}

Error&& Error::retry_after(int seconds) && {
  retry_after_s_ = seconds;
  return std::move(*this);
}

void invariant_broken(const char* condition, const char* why, const char* file, int line) {
  throw Error(Code::internal, "Something went wrong on our side.")
      .detail(fmt::format("invariant broken: {} ({}) at {}:{}", condition, why, file, line));
}

}  // namespace antiphon
