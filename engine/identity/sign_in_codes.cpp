#include "engine/identity/sign_in_codes.h"

#include <algorithm>

#include "engine/base/encoding.h"
#include "engine/base/ids.h"

namespace antiphon::identity {

std::string SignInCodes::make(std::string account_id) {
  std::string code = make_secret(random_);
  std::lock_guard lock(mutex_);
  if (codes_.size() >= codes_max) {
    codes_.erase(std::min_element(codes_.begin(), codes_.end(), [](const auto& a, const auto& b) {
      return a.second.expires < b.second.expires;
    }));
  }
  codes_[sha256_hex(code)] = {std::move(account_id), clock_.steady() + lifetime};
  return code;
}

std::optional<std::string> SignInCodes::redeem(const std::string& code) {
  std::lock_guard lock(mutex_);
  auto found = codes_.extract(sha256_hex(code));
  if (found.empty() || found.mapped().expires < clock_.steady()) return std::nullopt;
  return std::move(found.mapped().account_id);
}

}  // namespace antiphon::identity
