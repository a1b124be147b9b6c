#include <gtest/gtest.h>

#include <set>

#include "server/server_metrics.h"

// E-90: what promtool and the naming rules of Prometheus say of metrics, for every one there is.

namespace antiphon::apps_test {
namespace {

TEST(MetricNamesTest, are_as_prometheus_has_them) {
  std::set<std::string_view> seen;
  for (const metrics::MetricInfo* info : server::all_metrics()) {
    std::string_view name = info->name;
    EXPECT_TRUE(seen.insert(name).second) << name << " is declared twice";
    // gen_ai_ is OpenTelemetry's, for what calls to models are counted by.
    EXPECT_TRUE(name.starts_with("antiphon_") || name.starts_with("process_") ||
                name.starts_with("gen_ai_"))
        << name;
    EXPECT_EQ(name.ends_with("_total"), info->kind == metrics::Kind::counter) << name;
    for (std::string_view taken : {"_count", "_sum", "_bucket"}) {
      EXPECT_FALSE(name.ends_with(taken)) << name << " ends as a part of a histogram";
    }
    // Base units, written out, and never the type in the name.
    for (std::string_view wrong : {"_ms", "_milliseconds", "_us", "_kb", "_kib", "_mb", "_percent",
                                   "_minutes", "_gauge", "_counter", "_histogram"}) {
      EXPECT_FALSE((std::string(name) + "_").contains(std::string(wrong) + "_")) << name;
    }
    EXPECT_TRUE(info->help.ends_with('.')) << name << ": " << info->help;
    EXPECT_EQ(info->help.find_first_of("|\n"), std::string_view::npos) << name;
  }
  EXPECT_GE(seen.size(), 60u);
}

}  // namespace
}  // namespace antiphon::apps_test
