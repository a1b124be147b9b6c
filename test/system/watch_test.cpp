// E-90: what an operator sees of the real program: its metrics.

#include "test/system/watch.h"

#include <fstream>
#include <set>
#include <sstream>

#include "engine/testing/certificates.h"
#include "test/support/networks.h"

namespace antiphon::testing {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

// A row of docs/metrics.md.
struct Documented {
  std::string type;
  std::map<std::string, std::string> labels;  ///< and what their values may be
  std::string meaning;
};
// What is counted of models and of speech servers is told once some are set up, which the server of
// this test has not; it is seen in the tests of their rooms.
bool needs_a_set_up(std::string_view name, std::string_view meaning) {
  return name.starts_with("antiphon_gateway_") || name.starts_with("gen_ai_") ||
         name.starts_with("antiphon_remote_speech_") ||
         meaning.ends_with("Only when models answer skills.") ||
         meaning.ends_with("Only when answers of models are kept in the database.");
}

std::map<std::string, Documented> documented_metrics() {
  std::map<std::string, Documented> all;
  std::ifstream page("docs/metrics.md");
  for (std::string line; std::getline(page, line);) {
    if (!line.starts_with("| `")) continue;
    std::vector<std::string> cells;
    for (std::size_t at = 2; at < line.size();) {
      std::size_t end = line.find(" | ", at);
      if (end == std::string::npos) end = line.rfind(" |");
      cells.push_back(line.substr(at, end - at));
      at = end + 3;
    }
    Documented& metric = all[cells[0].substr(1, cells[0].size() - 2)];
    metric.type = cells[1];
    metric.meaning = cells[4];
    for (std::size_t at = 0; at < cells[2].size();) {
      std::size_t end = std::min(cells[2].find("; ", at), cells[2].size());
      std::string label = cells[2].substr(at, end - at);
      std::size_t colon = label.find("`: ");
      metric.labels[label.substr(1, colon - 1)] = label.substr(colon + 3);
      at = end + 2;
    }
  }
  return all;
}

// What /metrics has: names with their type, and the labels of every series.
struct Told {
  std::map<std::string, std::string> types;
  std::map<std::string, std::vector<std::map<std::string, std::string>>> series;
};

Told read_metrics(const std::string& text) {
  Told told;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# TYPE ")) {
      std::size_t space = line.rfind(' ');
      told.types[line.substr(7, space - 7)] = line.substr(space + 1);
    }
    if (line.starts_with('#')) continue;
    std::string name = line.substr(0, line.find_first_of("{ "));
    for (std::string_view part : {"_bucket", "_sum", "_count"}) {
      std::string stem = name.substr(0, name.size() - std::min(name.size(), part.size()));
      if (name.ends_with(part) && told.types[stem] == "histogram") name = stem;
    }
    std::map<std::string, std::string> labels;
    std::size_t at = line.find('{');
    while (at != std::string::npos && line[at] != '}') {
      std::size_t equals = line.find("=\"", at);
      std::size_t end = line.find('"', equals + 2);
      labels[line.substr(at + 1, equals - at - 1)] = line.substr(equals + 2, end - equals - 2);
      at = end + 1;
    }
    labels.erase("le");
    told.series[name].push_back(std::move(labels));
  }
  std::erase_if(told.types, [](const auto& entry) { return entry.second.empty(); });
  return told;
}

TEST_F(WatchSystemTest, every_documented_metric_is_told_and_no_other) {
  auto body = [&]() -> Task<> {
    Collector collector(network_, random_);
    SelfSigned texts = make_certificate();
    auto certificate = folder("certificate.pem");
    auto key = folder("key.pem");
    std::ofstream(certificate) << texts.certificate;
    std::ofstream(key) << texts.key;
    auto server =
        co_await serve("data", {"--tls-certificate-file", certificate.string(), "--tls-key-file",
                                key.string(), "--trace-endpoint", collector.endpoint});
    TlsClient trusting({.authorities = certificate});
    TlsNetwork network(trusting);
    http::NetworkHttpClient http(network, {.reach = http::Reach::everywhere});
    std::string secret = co_await server->owner_secret(soon());
    std::string token = co_await sign_in(http, server->endpoint(), "owner", secret, soon());
    co_await take(http, server->endpoint(), token, {"The football team won the match."});
    auto answer =
        co_await ask(http, server->endpoint(), http::Method::get, "/metrics", "", "", soon());
    Told told = read_metrics(answer.body);
    auto documented = documented_metrics();
    EXPECT_GE(documented.size(), 60u);
    for (const auto& [name, metric] : documented) {
      if (needs_a_set_up(name, metric.meaning)) continue;
      EXPECT_EQ(told.types[name], metric.type) << name << " is documented";
      EXPECT_THAT(told.series[name], Not(IsEmpty())) << name << " is documented";
      for (const auto& series : told.series[name]) {
        for (const auto& [label, value] : series) {
          auto row = metric.labels.find(label);
          EXPECT_TRUE(row != metric.labels.end()) << name << " has the label " << label;
        }
        EXPECT_EQ(series.size(), metric.labels.size()) << name;
      }
    }
    for (const auto& [name, type] : told.types) {
      EXPECT_TRUE(documented.contains(name)) << name << " is not in docs/metrics.md";
    }
    co_await http.stop();
    EXPECT_TRUE((co_await stop(server->program())).ok());
    co_await collector.stop();
  };
  run(body());
}

}  // namespace
}  // namespace antiphon::testing
