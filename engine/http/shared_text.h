#pragma once

#include <array>
#include <string>

#include "engine/http/compress.h"
#include "engine/http/message.h"

namespace antiphon::http {

/// A text that everybody gets until the program ends, such as the description of the API: packed
/// once for each coding, and not sent again to who has it. Belongs to one core.
class SharedText {
 public:
  SharedText(std::string text, std::string content_type);

  /// In the coding that the client takes best; conditions and ranges are answered (file_answer.h).
  /// Each coding has an entity tag of its own, because a tag stands for exact bytes (RFC 9110,
  /// 8.8.3.3).
  Response answer(const Request& request) const;

 private:
  struct Variant {
    std::string bytes;
    std::string etag;  // empty: nobody has asked for this one yet
  };
  const Variant& in(Coding coding) const;

  std::string content_type_;
  mutable std::array<Variant, 3> variants_;  // by Coding
};

}  // namespace antiphon::http
