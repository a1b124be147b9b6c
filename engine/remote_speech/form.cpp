#include "engine/remote_speech/form.h"

#include <algorithm>

namespace antiphon::remote_speech {
namespace {

// One that stands in nothing that is sent: then no content can end its part.
std::string choose_boundary(const std::vector<std::pair<std::string, std::string>>& texts,
                            const FormFile& file) {
  for (int number = 0;; ++number) {
    std::string boundary = fmt::format("antiphon-{:08}", number);
    bool is_free = !file.content.contains(boundary) &&
                   std::ranges::none_of(
                       texts, [&](const auto& text) { return text.second.contains(boundary); });
    if (is_free) return boundary;
  }
}

}  // namespace

Form make_form(const std::vector<std::pair<std::string, std::string>>& texts,
               const FormFile& file) {
  std::string boundary = choose_boundary(texts, file);
  Form form{.content_type = "multipart/form-data; boundary=" + boundary, .body = {}};
  form.body.reserve(file.content.size() + 200 * (texts.size() + 2));
  for (const auto& [name, value] : texts) {
    form.body += fmt::format("--{}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n{}\r\n",
                             boundary, name, value);
  }
  form.body += fmt::format(
      "--{}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\nContent-Type: "
      "{}\r\n\r\n",
      boundary, file.name, file.file_name, file.content_type);
  form.body += file.content;
  form.body += fmt::format("\r\n--{}--\r\n", boundary);
  return form;
}

}  // namespace antiphon::remote_speech
