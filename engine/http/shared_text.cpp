#include "engine/http/shared_text.h"

#include <fmt/format.h>

#include "engine/base/encoding.h"
#include "engine/http/file_answer.h"

namespace antiphon::http {
namespace {

constexpr std::size_t tag_characters = 32;  // of the text's hash

}  // namespace

SharedText::SharedText(std::string text, std::string content_type)
    : content_type_(std::move(content_type)) {
  Variant& plain = variants_[0];
  plain.etag = fmt::format("\"{}\"", sha256_hex(text).substr(0, tag_characters));
  plain.bytes = std::move(text);
}

const SharedText::Variant& SharedText::in(Coding coding) const {
  Variant& variant = variants_[static_cast<std::size_t>(coding)];
  if (variant.etag.empty()) {
    variant.bytes = compress(coding, variants_[0].bytes);
    variant.etag = etag_in(to_text(coding), variants_[0].etag);
  }
  return variant;
}

Response SharedText::answer(const Request& request) const {
  Coding coding = choose_coding(request.headers.get("Accept-Encoding"));
  const Variant& variant = in(coding);
  Response response{.headers = {{"Content-Type", content_type_},
                                {"Cache-Control", "no-cache"},
                                {"Vary", "Accept-Encoding"}}};
  if (coding != Coding::identity) response.headers.set("Content-Encoding", to_text(coding));
  FileAnswer part = answer_part(request, variant.bytes.size(), variant.etag, response);
  response.body = variant.bytes.substr(part.offset, part.count);
  return response;
}

}  // namespace antiphon::http
