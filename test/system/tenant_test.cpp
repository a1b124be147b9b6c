// E-71: whatever another tenant's id is given to, the answer is 404.

#include "engine/schema/json.h"
#include "test/system/system.h"

namespace antiphon::testing {
namespace {

class TenantTest : public SystemTest {
 protected:
  // A second tenant's token, on a server that has started once before.
  Task<std::string> make_tenant(const std::string& name) {
    Ran ran = co_await run_program(
        antiphon({"tenant", "create", name, "--data", folder("data").string()}), soon());
    EXPECT_TRUE(ran.status.ok()) << ran.errors;
    std::size_t begin = ran.output.rfind(' ') + 1;
    co_return ran.output.substr(begin, ran.output.find('\n', begin) - begin);
  }

  // The clips arrive by a job soon after the start.
  Task<std::string> first_of(ServerProcess& server, std::string list, std::string id,
                             std::string token) {
    for (;;) {
      auto page = co_await ask_json(server, http::Method::get, list + "?limit=1", "", token);
      if (!page.at("/items").items().empty()) co_return page.at("/items/0/" + id).text();
      co_await sleep_for(std::chrono::milliseconds(20));
    }
  }

  // Something begun by a POST that tells its id in Location.
  Task<std::string> begun(ServerProcess& server, std::string target, http::Headers headers,
                          std::string body, std::string token) {
    headers.set("Authorization", "Bearer " + token);
    auto answer = co_await http_.send({.method = http::Method::post,
                                       .endpoint = server.endpoint(),
                                       .target = std::move(target),
                                       .headers = std::move(headers),
                                       .body = std::move(body)},
                                      soon());
    EXPECT_EQ(answer.status, 201) << answer.body;
    std::string location(answer.headers.get("Location"));
    co_return location.substr(location.rfind('/') + 1);
  }

  // With what tus asks for (its version, a type, an offset), so that nothing but the id is wrong.
  Task<http::ClientResponse> ask_as(ServerProcess& server, http::Method method, std::string target,
                                    std::string token) {
    http::ClientRequest request{
        .method = method, .endpoint = server.endpoint(), .target = std::move(target)};
    request.headers.set("Authorization", "Bearer " + token);
    request.headers.set("Tus-Resumable", "1.0.0");
    request.headers.set("Upload-Offset", "0");
    request.headers.set("X-HTTP-Method-Override", "HEAD");
    request.headers.set("Content-Type", "application/offset+octet-stream");
    co_return co_await http_.send(std::move(request), soon());
  }
};

// `path` with every {name} filled in; nothing when it has none.
std::optional<std::string> filled_in(std::string path,
                                     const std::map<std::string, std::string>& ids) {
  if (!path.contains('{')) return std::nullopt;
  for (std::size_t at; (at = path.find('{')) != std::string::npos;) {
    std::size_t end = path.find('}', at);
    std::string name = path.substr(at + 1, end - at - 1);
    auto id = ids.find(name);
    EXPECT_NE(id, ids.end()) << "this test needs an id of another tenant for {" << name << "}";
    if (id == ids.end()) return std::nullopt;
    path.replace(at, end + 1 - at, id->second);
  }
  return path;
}

std::optional<http::Method> method_of(std::string name) {
  for (char& c : name) c = static_cast<char>(std::toupper(c));
  return http::parse_method(name);
}

TEST_F(TenantTest, no_route_knows_another_tenants_ids) {
  auto body = [&]() -> Task<> {
    auto server = co_await serve("data");
    std::string secret = co_await server->owner_secret(soon());
    EXPECT_TRUE((co_await stop(server->program())).ok());
    std::string other_secret = co_await make_tenant("riverside");
    server = co_await serve("data");
    std::string owner = co_await sign_in(http_, server->endpoint(), "owner", secret, soon());
    std::string other =
        co_await sign_in(http_, server->endpoint(), "riverside", other_secret, soon());

    auto take =
        co_await ask_json(*server, http::Method::post, "/api/v1/director/sessions", "{}", owner);
    std::map<std::string, std::string> ids{
        {"sessionId", take.at("/sessionId").text()},
        {"assetId", co_await first_of(*server, "/api/v1/director/assets", "assetId", owner)},
        {"jobId", co_await first_of(*server, "/api/v1/jobs", "jobId", owner)},
        {"importId", co_await begun(*server, "/api/v1/director/imports",
                                    {{"Content-Type", "text/csv"}}, "file\na.mp4\n", owner)},
        {"line", "2"},
        {"keyId",
         co_await begun(*server, "/api/v1/identity/keys", {{"Content-Type", "application/json"}},
                        R"({"name":"ci"})", owner)},
        {"model", "none"},                               // no model is any tenant's
        {"renderId", "ren_00000000000000000000000000"},  // of that take: an empty one has no film
        {"uploadId",
         co_await begun(*server, "/api/v1/director/uploads",
                        {{"Tus-Resumable", "1.0.0"}, {"Upload-Length", "100"}}, "", owner)}};
    auto interface = co_await ask_json(*server, http::Method::get, "/openapi.json", "", "");
    int walked = 0;
    for (const auto& [path, operations] : interface.at("/paths").members()) {
      auto target = filled_in(path, ids);
      if (!target) continue;
      for (const auto& [name, operation] : operations.members()) {
        auto method = method_of(name);
        if (!method) continue;
        auto answer = co_await ask_as(*server, *method, *target, other);
        EXPECT_EQ(answer.status, 404) << name << " " << path << ": " << answer.body;
        EXPECT_FALSE(answer.body.contains("owner"));
        ++walked;
      }
    }
    EXPECT_GE(walked, 6);
    EXPECT_TRUE((co_await stop(server->program())).ok());
  };
  run(body());
}

}  // namespace
}  // namespace antiphon::testing
