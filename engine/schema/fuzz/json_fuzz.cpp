#include <cstdlib>

#include "engine/base/error.h"
#include "engine/schema/json.h"
#include "engine/schema/sample_test.h"

namespace {

using namespace antiphon;

// What was accepted must come back equal from what we write of it.
template <class T>
void check_round_trip(std::string_view json) {
  try {
    const T read = schema::parse<T>(json);
    if (!(schema::parse<T>(schema::to_json(read)) == read)) std::abort();
  } catch (const Error& error) {
    if (error.code() != Code::invalid || error.fields().empty()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view json(reinterpret_cast<const char*>(data), size);
  check_round_trip<schema::Value>(json);
  check_round_trip<schema::sample::Clip>(json);
  try {
    schema::parse<schema::sample::Take>(json);
    schema::parse<schema::sample::Take>(json, schema::ParseOptions::outside());
  } catch (const Error&) {
    // Refused as it should be.
  }
  return 0;
}
