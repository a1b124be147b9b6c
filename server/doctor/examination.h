#pragma once

#include <deque>
#include <functional>

#include "engine/app/app.h"
#include "engine/async/task_group.h"
#include "engine/http/client.h"
#include "server/config.h"
#include "server/doctor/finding.h"

namespace antiphon::server::doctor {

/// Looks at all that a server of these settings needs (E-3): at the same time, so that what is dead
/// holds nothing else up. On one core.
class Examination {
 public:
  struct Parts {
    const Settings& settings;
    std::size_t keys_set = 0;  ///< of the settings
    std::vector<const app::AppInfo*> apps;
    Network& network;
  };
  struct Options {
    Duration time_max = std::chrono::seconds(20);  ///< for one check
    bool is_deep = false;  ///< also asks models for answers by a schema, with tools, in one piece
  };
  /// Told of each finding in the order of the report, as soon as all before it are there.
  using Show = std::function<void(const Finding&)>;

  /// @param parts  all of it outlives the examination
  Examination(Parts parts, Options options, Show show);

  Task<Report> run();

 private:
  // What is looked at together. Sections run at the same time.
  struct Section {
    std::string subject;  // of a finding when looking fails
    Findings findings = {};
    bool is_done = false;
  };

  void add(std::string subject, std::function<Task<Findings>()> look);
  void add_place();
  void add_speech();
  void add_models();
  Task<> look(Section* section, std::function<Task<Findings>()> look);
  void show_what_is_next();

  Parts parts_;
  Options options_;
  Show show_;
  std::deque<Section> sections_;  // their addresses stay
  std::size_t shown_ = 0;
  TlsClient tls_;
  http::NetworkHttpClient client_;
  TaskGroup tasks_;
};

}  // namespace antiphon::server::doctor
