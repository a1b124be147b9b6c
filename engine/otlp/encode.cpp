#include "engine/otlp/encode.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "engine/base/encoding.h"
#include "engine/base/error.h"
#include "engine/schema/json.h"

namespace antiphon::otlp {
namespace {

constexpr std::size_t message_bytes_max = 500;

class Writer {
 public:
  void text_attribute(std::string_view key, std::string_view text) {
    open(key);
    out += R"({"stringValue":)";
    schema::write_text(out, text);
    out += "}}";
  }

  void attribute(std::string_view key, const trace::Attribute& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return text_attribute(key, *text);
    open(key);
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      fmt::format_to(std::back_inserter(out), R"({{"intValue":"{}"}})", *number);
    } else if (const auto* truth = std::get_if<bool>(&value)) {
      fmt::format_to(std::back_inserter(out), R"({{"boolValue":{}}})", *truth);
    } else {
      write_double(std::get<double>(value));
    }
    out += '}';
  }

  void end_attributes() { first_ = true; }

  std::string out;

 private:
  void open(std::string_view key) {
    if (!std::exchange(first_, false)) out += ',';
    out += R"({"key":)";
    schema::write_text(out, key);
    out += R"(,"value":)";
  }

  // Protobuf's JSON has texts for what JSON has no number for.
  void write_double(double number) {
    auto to = std::back_inserter(out);
    if (std::isfinite(number)) {
      fmt::format_to(to, R"({{"doubleValue":{}}})", number);
    } else {
      std::string_view text = std::isnan(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity";
      fmt::format_to(to, R"({{"doubleValue":"{}"}})", text);
    }
  }

  bool first_ = true;
};

void write_ids(Writer& writer, const trace::SpanRecord& span) {
  auto to = std::back_inserter(writer.out);
  fmt::format_to(to, R"("traceId":"{}","spanId":"{}")", span.context.trace_id.text(),
                 span.context.span_id.text());
  if (!span.parent.is_none()) fmt::format_to(to, R"(,"parentSpanId":"{}")", span.parent.text());
  if (span.context.state) {
    writer.out += R"(,"traceState":)";
    schema::write_text(writer.out, *span.context.state);
  }
}

void write_span(Writer& writer, const trace::SpanRecord& span) {
  std::string& out = writer.out;
  out += '{';
  write_ids(writer, span);
  out += R"(,"name":)";
  schema::write_text(out, span.name);
  std::chrono::nanoseconds start = span.start.time_since_epoch();
  std::chrono::nanoseconds took = span.took;
  fmt::format_to(std::back_inserter(out),
                 R"(,"kind":{},"startTimeUnixNano":"{}","endTimeUnixNano":"{}","attributes":[)",
                 static_cast<int>(span.kind), start.count(), (start + took).count());
  for (const auto& [key, value] : span.attributes) writer.attribute(key, value);
  if (!span.failure.empty()) writer.text_attribute("error.type", span.failure);
  writer.end_attributes();
  out += ']';
  if (span.attributes_dropped > 0) {
    fmt::format_to(std::back_inserter(out), R"(,"droppedAttributesCount":{})",
                   span.attributes_dropped);
  }
  constexpr int status_error = 2;
  if (!span.failure.empty()) {
    fmt::format_to(std::back_inserter(out), R"(,"status":{{"code":{}}})", status_error);
  }
  out += '}';
}

bool is_token(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").contains(c);
  });
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// An int64 is text in protobuf's JSON; some collectors write a number.
std::int64_t read_count(const schema::Value* value) {
  if (value == nullptr) return 0;
  if (!value->is_text()) return value->integer();
  std::int64_t count = 0;
  const std::string& text = value->text();
  std::from_chars(text.data(), text.data() + text.size(), count);
  return count;
}

}  // namespace

std::string encode_traces(std::span<const trace::SpanRecord> spans, const Resource& resource) {
  Writer writer;
  writer.out = R"({"resourceSpans":[{"resource":{"attributes":[)";
  writer.text_attribute("service.name", resource.service_name);
  writer.text_attribute("service.version", resource.service_version);
  writer.text_attribute("service.instance.id", resource.instance_id);
  writer.text_attribute("telemetry.sdk.name", "antiphon");
  writer.text_attribute("telemetry.sdk.language", "cpp");
  writer.end_attributes();
  writer.out += R"(]},"scopeSpans":[{"scope":{"name":"antiphon","version":)";
  schema::write_text(writer.out, resource.service_version);
  writer.out += R"(},"spans":[)";
  for (const trace::SpanRecord& span : spans) {
    if (&span != spans.data()) writer.out += ',';
    write_span(writer, span);
  }
  writer.out += "]}]}]}";
  return std::move(writer.out);
}

Taken parse_taken(std::string_view body) {
  Taken taken;
  try {
    schema::Value answer = schema::parse_value(body, schema::ParseOptions::outside());
    const schema::Value* partial = answer.find("partialSuccess");
    if (partial == nullptr || !partial->is_object()) return taken;
    taken.rejected_spans = std::max<std::int64_t>(0, read_count(partial->find("rejectedSpans")));
    if (const auto* message = partial->find("errorMessage")) taken.message = message->text();
    taken.message.resize(std::min(taken.message.size(), message_bytes_max));
  } catch (const Error&) {
    // A proxy's page, or nothing at all.
  }
  return taken;
}

std::vector<std::pair<std::string, std::string>> parse_headers(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> headers;
  for (int count = 1; !text.empty(); ++count) {
    std::size_t comma = text.find(',');
    std::string_view entry = trimmed(text.substr(0, comma));
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
    if (entry.empty()) continue;
    std::size_t equals = std::min(entry.find('='), entry.size());
    std::string_view name = trimmed(entry.substr(0, equals));
    auto value = parse_percent(trimmed(entry.substr(std::min(equals + 1, entry.size()))));
    bool is_good = equals < entry.size() && is_token(name) && value &&
                   std::ranges::all_of(*value, [](char c) { return c >= ' ' && c != 0x7f; });
    if (!is_good) {
      throw Error(Code::invalid,
                  fmt::format("Header {} for the trace collector cannot be read: they are written "
                              "as name=value,name=value, values percent-encoded.",
                              count));
    }
    headers.emplace_back(name, *std::move(value));
  }
  return headers;
}

}  // namespace antiphon::otlp
