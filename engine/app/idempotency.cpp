#include "engine/app/idempotency.h"

#include "engine/base/encoding.h"
#include "engine/http/kept_answer.h"
#include "engine/http/problem.h"
#include "engine/store/blob_file.h"

namespace antiphon::app {
namespace {

constexpr std::string_view header = "Idempotency-Key";

// Printable ASCII: what every proxy and database passes on as it is.
std::string key_of(const http::Request& request) {
  std::string key(request.headers.get(header));
  bool is_printable = std::ranges::all_of(key, [](char c) { return c > ' ' && c < 0x7f; });
  if (request.headers.count(header) == 1 && is_printable && !key.empty() &&
      key.size() <= Idempotency::key_bytes_max) {
    return key;
  }
  throw Error(Code::invalid,
              fmt::format("An Idempotency-Key comes once and has 1 to {} printable ASCII "
                          "characters without blanks, a UUID for example.",
                          Idempotency::key_bytes_max));
}

// Takes the fingerprint of a request while its body is read: path, query and every byte.
class FingerprintReader final : public http::BodyReader {
 public:
  FingerprintReader(const http::Request& request, std::string* fingerprint)
      : body_(request.body), fingerprint_(fingerprint) {
    hasher_.add(request.path);
    hasher_.add("?");
    hasher_.add(request.query);
    hasher_.add("\n");
    if (!request.has_body()) *fingerprint_ = hasher_.finish();
  }

  Task<std::size_t> read_some(std::span<char> into) override {
    if (!body_) co_return 0;
    std::size_t count = co_await body_->read_some(into);
    hasher_.add({into.data(), count});
    if (count == 0 && fingerprint_->empty()) *fingerprint_ = hasher_.finish();
    co_return count;
  }

 private:
  http::BodyReader* body_;
  std::string* fingerprint_;
  store::Hasher hasher_;
};

http::Response answer_again(const Once& kept, const std::string& fingerprint) {
  if (kept.fingerprint != fingerprint) {
    throw Error(Code::unprocessable,
                "This Idempotency-Key belongs to another request; a new request needs a new key.");
  }
  if (!kept.answer) {
    throw Error(Code::conflict,
                "This request took effect, but its answer was lost. Look for what it made; do not "
                "send it under another key.");
  }
  return http::replayed(*kept.answer);
}

}  // namespace

// Holds a key among those that are being worked on.
class Idempotency::UnderWay {
 public:
  UnderWay(Idempotency& all, const Once& once)
      : all_(all),
        name_(fmt::format("{} {} {} {}", once.tenant, once.principal, once.route, once.key)) {
    std::lock_guard lock(all_.mutex_);
    if (all_.under_way_.insert(name_).second) return;
    throw Error(Code::conflict, "A request with this Idempotency-Key is still under way.")
        .retry_after(1);
  }
  ~UnderWay() {
    std::lock_guard lock(all_.mutex_);
    all_.under_way_.erase(name_);
  }
  UnderWay(const UnderWay&) = delete;
  UnderWay& operator=(const UnderWay&) = delete;

 private:
  Idempotency& all_;
  std::string name_;
};

Task<http::Response> Idempotency::run(const http::RouteInfo& route, Call call,
                                      const http::Request& request, const http::Handle& handle) {
  bool is_asked = route.takes_key.value_or(false) && request.headers.find(header);
  if (!is_asked || call.tenant().empty()) return handle(std::move(call), request);
  Once once{.tenant = call.tenant(), .principal = call.principal().id, .route = route.name};
  return run_once(std::move(call), request, &handle, std::move(once));
}

Task<http::Response> Idempotency::run_once(Call call, http::Request request,
                                           const http::Handle* handle, Once names) {
  names.key = key_of(request);
  UnderWay under_way(*this, names);
  auto once = std::make_shared<Once>(std::move(names));
  FingerprintReader reader(request, &once->fingerprint);
  request.body = &reader;
  auto kept = co_await database_.read(call, [wanted = *once, now = call.now()](store::Tx& tx) {
    return find_once(tx, wanted, now);
  });
  if (kept) {
    co_await http::skip_body(&request);
    co_return answer_again(*kept, once->fingerprint);
  }
  http::Response response = co_await (*handle)(call.under(once), request);
  co_await keep(std::move(call), once, &response);
  co_return response;
}

// Keeps the answer, unless the handler's own write did.
Task<> Idempotency::keep(Call call, std::shared_ptr<Once> once, const http::Response* response) {
  auto answer = http::kept_answer(*response);
  if (!answer || (once->is_stored && once->answer == answer)) co_return;
  if (!once->is_stored && response->status >= 400) co_return;
  once->answer = std::move(answer);
  try {
    co_await database_.write(Due(call), [stored = *once, at = call.now()](store::Tx& tx) {
      if (stored.is_stored) {
        complete_once(tx, stored);
      } else {
        store_once(tx, stored, at);
      }
    });
  } catch (const Error& error) {
    // What the handler did stands, and its caller is told so.
    log_.with_trace(call.trace_id())
        .warning("The answer to a request with an Idempotency-Key was not kept.",
                 {{"route", once->route}, {"error", error.message()}, {"detail", error.detail()}});
  }
}

Task<std::int64_t> Idempotency::forget(std::vector<std::string> tenants, Timestamp now,
                                       Instant deadline) {
  std::int64_t all = 0;
  for (const std::string& tenant : tenants) {
    for (std::int64_t some = store::once_forgotten_max; some == store::once_forgotten_max;) {
      some = co_await database_.write(
          deadline, [tenant, now](store::Tx& tx) { return store::forget_once(tx, tenant, now); });
      all += some;
    }
  }
  co_return all;
}

}  // namespace antiphon::app
