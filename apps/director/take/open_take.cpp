#include "apps/director/take/open_take.h"

#include "engine/base/error.h"

namespace antiphon::director {

void check_consent(const OpenTake& wanted) {
  if (!wanted.record || wanted.consent) return;
  throw Error({{"/consent", "required",
                "record keeps what is said: ask everybody who is heard, then send \"consent\": "
                "true with it."}});
}

}  // namespace antiphon::director
