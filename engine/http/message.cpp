#include "engine/http/message.h"

#include <array>

#include "engine/base/encoding.h"
#include "engine/base/error.h"
#include "engine/http/limits.h"

namespace antiphon::http {

namespace {

Task<std::size_t> nothing() { co_return 0; }

constexpr std::array<std::pair<Method, std::string_view>, 7> method_names{{
    {Method::get, "GET"},
    {Method::head, "HEAD"},
    {Method::post, "POST"},
    {Method::put, "PUT"},
    {Method::patch, "PATCH"},
    {Method::del, "DELETE"},
    {Method::options, "OPTIONS"},
}};

std::string decode_query_part(std::string_view part) {
  auto decoded = parse_percent(part, true);
  if (!decoded || !is_utf8(*decoded)) {
    throw Error(Code::invalid,
                "The query is broken: % stands before two hex digits, and the text is UTF-8.");
  }
  return *decoded;
}

}  // namespace

std::string_view to_text(Method method) {
  for (auto [known, name] : method_names) {
    if (known == method) return name;
  }
  return "?";
}

std::optional<Method> parse_method(std::string_view text) {
  for (auto [method, name] : method_names) {
    if (name == text) return method;
  }
  return std::nullopt;
}

Parameters parse_query(std::string_view query) {
  Parameters parameters;
  while (!query.empty()) {
    auto end = query.find('&');
    std::string_view pair = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    if (pair.empty()) continue;
    if (parameters.size() == query_parameters_max) {
      throw Error(Code::invalid,
                  fmt::format("The query has more than {} parameters.", query_parameters_max));
    }
    auto equals = pair.find('=');
    std::string_view value =
        equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    parameters.emplace_back(decode_query_part(pair.substr(0, equals)), decode_query_part(value));
  }
  return parameters;
}

const std::string& Request::parameter(std::string_view name) const {
  static const std::string none;
  for (const auto& [key, value] : parameters) {
    if (key == name) return value;
  }
  return none;
}

Task<std::size_t> Request::read_some(std::span<char> into) const {
  return body ? body->read_some(into) : nothing();
}

Task<std::string> Request::read_all() const {
  constexpr std::size_t piece_bytes_max = std::size_t{16} << 10;
  std::string all;
  for (;;) {
    std::size_t before = all.size();
    // Where its length is known, room for that and for the read that finds the end.
    auto left = content_length ? *content_length - before + 1 : piece_bytes_max;
    all.resize(before + std::min<std::uint64_t>(left, piece_bytes_max));
    std::size_t count = co_await read_some(std::span(all).subspan(before));
    all.resize(before + count);
    if (count == 0) co_return all;
  }
}

Task<> skip_body(const Request* request) {
  std::array<char, 4096> dropped;
  while (co_await request->read_some(dropped) > 0) {
  }
}

Response text(std::string body, std::string_view content_type) {
  Response response;
  response.headers.set("Content-Type", content_type);
  response.body = std::move(body);
  return response;
}

Response json_text(std::string json, int status) {
  Response response = text(std::move(json), "application/json");
  response.status = status;
  return response;
}

Response redirect(std::string_view location) {
  return {.status = 307, .headers = {{"Location", std::string(location)}}};
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 100: return "Continue";
    case 101: return "Switching Protocols";
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 402: return "Payment Required";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 426: return "Upgrade Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 499: return "Client Closed Request";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    default: return "Unknown";
  }
}

}  // namespace antiphon::http
