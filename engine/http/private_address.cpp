#include "engine/http/private_address.h"

#include <arpa/inet.h>

#include <array>
#include <cstdint>
#include <span>
#include <string>

namespace antiphon::http {
namespace {

using Bytes = std::span<const std::uint8_t>;

struct Network4 {
  std::uint32_t network;
  int bits;
};

// RFC 6890 and its registry: what is not globally reachable, and multicast.
constexpr Network4 not_public[] = {
    {0x00000000, 8},  {0x0a000000, 8},  {0x64400000, 10}, {0x7f000000, 8},  {0xa9fe0000, 16},
    {0xac100000, 12}, {0xc0000000, 24}, {0xc0000200, 24}, {0xc0586300, 24}, {0xc0a80000, 16},
    {0xc6120000, 15}, {0xc6336400, 24}, {0xcb007100, 24}, {0xe0000000, 4},  {0xf0000000, 4},
};

bool is_private_4(Bytes bytes) {
  std::uint32_t address = 0;
  for (std::uint8_t byte : bytes) address = address << 8 | byte;
  for (auto [network, bits] : not_public) {
    if ((address ^ network) >> (32 - bits) == 0) return true;
  }
  return false;
}

bool starts_with(Bytes bytes, std::initializer_list<std::uint8_t> prefix) {
  return std::equal(prefix.begin(), prefix.end(), bytes.begin());
}

bool is_private_6(Bytes bytes) {
  // Those that carry an IPv4 address lead where that leads: mapped, NAT64, 6to4.
  if (starts_with(bytes, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff})) {
    return is_private_4(bytes.subspan(12));
  }
  if (starts_with(bytes, {0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0})) {
    return is_private_4(bytes.subspan(12));
  }
  if (starts_with(bytes, {0x20, 0x02})) return is_private_4(bytes.subspan(2, 4));
  // Else public is 2000::/3 alone, less Teredo and other protocol assignments (2001::/23) and
  // documentation (2001:db8::/32).
  if ((bytes[0] & 0xe0) != 0x20) return true;
  if (starts_with(bytes, {0x20, 0x01}) && bytes[2] < 2) return true;
  return starts_with(bytes, {0x20, 0x01, 0x0d, 0xb8});
}

}  // namespace

bool is_private_address(std::string_view address) {
  std::string text(address);
  std::array<std::uint8_t, 16> bytes{};
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) {
    return is_private_4(Bytes(bytes).first(4));
  }
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return is_private_6(bytes);
  return true;
}

}  // namespace antiphon::http
