#include "engine/http/upload.h"

#include <set>

#include "engine/base/encoding.h"
#include "engine/base/error.h"
#include "engine/http/multipart.h"

namespace antiphon::http {
namespace {

constexpr std::size_t read_bytes = std::size_t{16} << 10;

// Collects the parts of one form.
class FormReader {
 public:
  FormReader(Request request, std::vector<UploadRule> rules, Instant deadline)
      : request_(std::move(request)),
        rules_(std::move(rules)),
        deadline_(deadline),
        parser_(request_.headers.get("Content-Type")) {}

  Task<Form> run() {
    for (;;) {
      switch (parser_.next()) {
        case MultipartParser::Event::more: co_await receive(); break;
        case MultipartParser::Event::part: co_await begin(parser_.head()); break;
        case MultipartParser::Event::content: co_await add(parser_.content()); break;
        case MultipartParser::Event::part_end: co_await end(); break;
        case MultipartParser::Event::end: co_return finished();
      }
    }
  }

 private:
  Task<> receive() {
    std::array<char, read_bytes> piece;
    std::size_t count = co_await request_.read_some(piece);
    if (count == 0) parser_.finish();
    parser_.feed({piece.data(), count});
  }

  Task<> begin(PartHead head) {
    rule_ = rule_of(head.name);
    if (!rule_) {
      form_.fields.push_back({std::move(head.name), {}});
      co_return;
    }
    if (++counts_[rule_->name] > rule_->count_max) {
      throw Error({{"/" + rule_->name, "max_items",
                    fmt::format("At most {} of these can be sent.", rule_->count_max)}});
    }
    form_.uploads.files.push_back({.name = std::move(head.name),
                                   .file_name = head.file_name.value_or(""),
                                   .content_type = std::move(head.content_type),
                                   .file = co_await request_.uploads->create(deadline_)});
  }

  Task<> add(std::string_view content) {
    if (!rule_) {
      add_text(content);
      co_return;
    }
    Upload& upload = form_.uploads.files.back();
    if (content.size() > rule_->bytes_max - upload.bytes) {
      throw Error(Code::too_large,
                  fmt::format("\"{}\" is larger than {} bytes.", rule_->name, rule_->bytes_max));
    }
    upload.bytes += content.size();
    piece_.append(content);
    if (piece_.size() >= upload_piece_bytes) co_await write();
  }

  void add_text(std::string_view content) {
    std::string& text = form_.fields.back().text;
    texts_bytes_ += content.size();
    if (content.size() > form_field_bytes_max - text.size() ||
        texts_bytes_ > form_fields_bytes_max) {
      throw Error(Code::too_large,
                  fmt::format("A field has at most {} bytes, all together have at most {}.",
                              form_field_bytes_max, form_fields_bytes_max));
    }
    text.append(content);
  }

  Task<> end() {
    if (rule_) {
      if (!piece_.empty()) co_await write();
    } else if (!is_utf8(form_.fields.back().text)) {
      throw Error({{"/" + form_.fields.back().name, "utf8", "The text must be UTF-8."}});
    }
  }

  Task<> write() {
    co_await form_.uploads.files.back().file->append(deadline_, std::exchange(piece_, {}));
  }

  Form finished() {
    std::vector<FieldError> missing;
    for (const UploadRule& rule : rules_) {
      if (rule.is_required && !counts_.contains(rule.name)) {
        missing.push_back({"/" + rule.name, "required", "This file must be sent."});
      }
    }
    if (!missing.empty()) throw Error(std::move(missing));
    return std::move(form_);
  }

  const UploadRule* rule_of(std::string_view name) const {
    auto found = std::ranges::find(rules_, name, &UploadRule::name);
    return found == rules_.end() ? nullptr : &*found;
  }

  Request request_;
  std::vector<UploadRule> rules_;
  Instant deadline_;
  MultipartParser parser_;
  Form form_;
  const UploadRule* rule_ = nullptr;  // of the part under way; null: a text
  std::map<std::string, std::size_t> counts_;
  std::size_t texts_bytes_ = 0;
  std::string piece_;  // of the file under way, not yet written
};

}  // namespace

Task<Form> read_form(Request request, std::vector<UploadRule> rules, Instant deadline) {
  if (!request.uploads) throw Error(Code::unavailable, "There is no place for uploads here.");
  FormReader reader(std::move(request), std::move(rules), deadline);
  co_return co_await reader.run();
}

namespace {
Task<std::string> read_on(std::shared_ptr<UploadFile> file, Instant deadline,
                          std::shared_ptr<std::uint64_t> offset) {
  std::string piece = co_await file->read(deadline, *offset, upload_piece_bytes);
  *offset += piece.size();
  co_return piece;
}
}  // namespace

std::function<Task<std::string>()> Upload::source(Instant deadline) const {
  return [content = file, deadline, offset = std::make_shared<std::uint64_t>(0)] {
    return read_on(content, deadline, offset);
  };
}

const Upload* Uploads::find(std::string_view name) const {
  auto found = std::ranges::find(files, name, &Upload::name);
  return found == files.end() ? nullptr : &*found;
}

}  // namespace antiphon::http
