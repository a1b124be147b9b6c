#pragma once

#include "engine/app/services.h"
#include "engine/base/embedded.h"
#include "engine/simulate/faults.h"

namespace antiphon::simulate {

struct NewErrand {
  std::string name;
};
inline auto describe(schema::Tag<NewErrand>) {
  return schema::object<NewErrand>("NewErrand", "Something to be done once")
      .field("name", &NewErrand::name, "Its name", schema::max_length(100));
}

/// Work with an effect that can be counted: POST /api/v1/errands stores an errand and its job in
/// one transaction; the job's handler has the effect, however often it is begun.
class Errands {
 public:
  Errands(app::Services& services, Faults& faults) : services_(services), faults_(faults) {}

  static std::span<const EmbeddedFile> migrations();
  void mount();

  static constexpr std::string_view path = "/api/v1/errands";
  static constexpr std::string_view job_kind = "simulate.errand";

  /// How often each errand of the database had its effect, by its name.
  static std::map<std::string, std::int64_t> effects(store::Tx& tx);

 private:
  Task<http::NoContent> take_on(Call call, NewErrand errand);
  Task<> have_effect(store::JobContext job);

  app::Services& services_;
  Faults& faults_;
};

}  // namespace antiphon::simulate
