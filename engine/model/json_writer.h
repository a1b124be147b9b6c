#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/schema/json.h"

namespace antiphon::model {

/// Writes the JSON of a request in one pass; commas come by themselves.
class JsonWriter {
 public:
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  /// @param name  needs no escapes
  JsonWriter& key(std::string_view name) {
    separate();
    out_.append(1, '"').append(name).append("\":");
    follows_value_ = false;
    return *this;
  }

  /// @throws Error{Code::internal} unless UTF-8
  JsonWriter& text(std::string_view text) {
    separate();
    schema::write_text(out_, text);
    return *this;
  }
  /// @throws Error{Code::internal} unless finite
  JsonWriter& number(double number) {
    separate();
    schema::write_number(out_, number);
    return *this;
  }
  JsonWriter& integer(std::int64_t integer) { return raw(fmt::format_int(integer).str()); }
  JsonWriter& boolean(bool boolean) { return raw(boolean ? "true" : "false"); }
  JsonWriter& null() { return raw("null"); }
  JsonWriter& value(const schema::Value& value) { return raw(schema::to_json(value)); }

  std::string take() { return std::move(out_); }

 private:
  JsonWriter& open(char bracket) {
    separate();
    out_ += bracket;
    follows_value_ = false;
    return *this;
  }
  JsonWriter& close(char bracket) {
    out_ += bracket;
    follows_value_ = true;
    return *this;
  }
  JsonWriter& raw(std::string_view json) {
    separate();
    out_ += json;
    return *this;
  }
  // What is written next is a value or a key: behind another one stands a comma.
  void separate() {
    if (follows_value_) out_ += ',';
    follows_value_ = true;
  }

  std::string out_;
  bool follows_value_ = false;
};

}  // namespace antiphon::model
