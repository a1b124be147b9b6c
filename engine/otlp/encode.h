#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/trace/span.h"

namespace antiphon::otlp {

/// Who sends: the resource of every span.
struct Resource {
  std::string service_name = "antiphon";
  std::string service_version;
  std::string instance_id;  ///< another for each start of the program
};

/// The body of a request to /v1/traces. Source: OpenTelemetry Protocol 1.x, JSON Protobuf encoding:
/// lowerCamelCase keys, ids in hexadecimal, 64-bit integers as text, enums as numbers.
std::string encode_traces(std::span<const trace::SpanRecord> spans, const Resource& resource);

/// What a collector says of a request that it took.
struct Taken {
  std::int64_t rejected_spans = 0;
  std::string message;  ///< why, or a warning although none was rejected; empty: all is well
};

/// Reads an ExportTraceServiceResponse. A body that is none says nothing: the status counts.
Taken parse_taken(std::string_view body);

/// Reads "key=value,other=value" with percent-encoded values, as OTEL_EXPORTER_OTLP_HEADERS has it.
/// @throws Error{Code::invalid} naming what is wrong, without the values, which are secrets
std::vector<std::pair<std::string, std::string>> parse_headers(std::string_view text);

}  // namespace antiphon::otlp
