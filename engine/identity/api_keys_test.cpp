// E-70 (part): what machines sign in with.

#include <filesystem>
#include <fstream>

#include "engine/http/server.h"
#include "engine/identity/key_routes.h"
#include "engine/identity/limits.h"
#include "engine/identity/sample_test.h"
#include "engine/testing/memory_stream.h"

namespace antiphon::identity {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ApiKeyTest : public IdentityTest {
 protected:
  // Lets in a user who may do so much.
  class UserGate final : public http::Gate {
   public:
    Task<http::Admission> admit(const http::RouteInfo&, const http::Request&) override {
      const Clock& clock = Core::here().clock();
      co_return Call(user, clock.now(), clock.steady() + 1h, {});
    }
    void done(const http::RouteInfo&, const Call&, int) override {}

    std::shared_ptr<Principal> user = std::make_shared<Principal>();
  };

  Task<std::string> exchange(Identity* who, std::string bytes) {
    KeyRoutes routes(*who, {"front:chat:create"},
                     [](const std::string&, const std::string&) { return 1'250'000; });
    http::Router router;
    routes.mount(router);
    http::Server server(router, gate_, random_);
    auto [near, far] = testing::memory_streams(std::size_t{1} << 20);
    TaskGroup tasks([](const std::exception_ptr&) {});
    tasks.spawn(server.serve(std::move(far)));
    co_await near->write_all(bytes);
    std::string all;
    std::array<char, 4096> piece;
    while (std::size_t count = co_await near->read_some(piece)) all.append(piece.data(), count);
    near->close();
    co_await tasks.join();
    co_await server.stop();
    co_return all;
  }
  std::string ask(Identity& who, std::string_view method, std::string_view path,
                  std::string_view body = "") {
    return run(exchange(
        &who, fmt::format("{} /api/v1/identity/keys{} HTTP/1.1\r\nHost: a\r\nContent-Type: "
                          "application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}",
                          method, path, body.size(), body)));
  }
  static schema::Value body_of(const std::string& answer) {
    return schema::parse_value(answer.substr(answer.find("\r\n\r\n") + 4));
  }

  std::string new_tenant(Identity& who) {
    gate_.user->tenant = run(who.create_tenant("riverside", Instant::max())).tenant;
    gate_.user->permissions = {"front:chat:create", "a:b:c"};
    return gate_.user->tenant;
  }

  UserGate gate_;
};

TEST_F(ApiKeyTest, E70_is_a_machine_with_its_budget_until_it_is_revoked) {
  Identity who = identity();
  std::string tenant = new_tenant(who);
  auto issued = run(
      who.create_key(tenant, {.name = "ci", .permissions = {"a:b:c"}, .budget_micros = 5'000'000},
                     Instant::max()));
  EXPECT_TRUE(issued.secret.starts_with("apk_"));
  auto principal = run(who.by_token(issued.secret, Instant::max()));
  ASSERT_TRUE(principal);
  EXPECT_EQ(principal->kind, Principal::Kind::machine);
  EXPECT_EQ(principal->id, issued.key.id);
  EXPECT_EQ(principal->tenant, tenant);
  EXPECT_EQ(principal->budget_micros, 5'000'000);
  EXPECT_TRUE(principal->may("a:b:c"));
  EXPECT_FALSE(principal->may("a:b:d"));
  EXPECT_EQ(who.known(issued.secret), principal);
  // A year later it still holds.
  clock_.advance(24h * 365);
  EXPECT_TRUE(run(who.by_token(issued.secret, Instant::max())));
  run(who.revoke_key(tenant, issued.key.id, Instant::max()));
  EXPECT_FALSE(who.known(issued.secret));
  EXPECT_FALSE(run(who.by_token(issued.secret, Instant::max())));
}

TEST_F(ApiKeyTest, E70_ends_with_its_time) {
  Identity who = identity();
  std::string tenant = new_tenant(who);
  auto issued = run(who.create_key(tenant, {.name = "ci", .lifetime = 60s}, Instant::max()));
  clock_.advance(59s);
  EXPECT_TRUE(run(who.by_token(issued.secret, Instant::max())));
  EXPECT_EQ(run(who.keys(tenant, Instant::max())).size(), 1u);
  clock_.advance(2s);
  EXPECT_FALSE(run(who.by_token(issued.secret, Instant::max())));
  EXPECT_TRUE(run(who.keys(tenant, Instant::max())).empty());
}

TEST_F(ApiKeyTest, E71_is_another_tenants_for_everybody_else) {
  Identity who = identity();
  std::string tenant = new_tenant(who);
  auto issued = run(who.create_key(tenant, {.name = "ci"}, Instant::max()));
  auto other = run(who.create_tenant("hillside", Instant::max()));
  EXPECT_TRUE(run(who.keys(other.tenant, Instant::max())).empty());
  EXPECT_THROW(run(who.revoke_key(other.tenant, issued.key.id, Instant::max())), Error);
  EXPECT_TRUE(run(who.by_token(issued.secret, Instant::max())));
}

TEST_F(ApiKeyTest, E70_its_secret_is_told_once_and_stored_nowhere) {
  Identity who = identity();
  new_tenant(who);
  auto made = body_of(ask(who, "POST", "", R"({"name":"ci","budget":2.5})"));
  std::string secret = made.at("/key").text();
  EXPECT_EQ(made.at("/budget").number(), 2.5);
  EXPECT_EQ(made.at("/permissions/0").text(), "front:chat:create");
  auto list = body_of(ask(who, "GET", ""));
  EXPECT_EQ(list.at("/keys/0/name").text(), "ci");
  EXPECT_EQ(list.at("/keys/0/spent").number(), 1.25);
  EXPECT_EQ(list.at("/keys/0").find("key"), nullptr);
  EXPECT_EQ(list.at("/keys/0").find("expiresAt"), nullptr);
  std::string id = made.at("/id").text();
  EXPECT_THAT(ask(who, "DELETE", "/" + id), HasSubstr("204"));
  EXPECT_THAT(ask(who, "DELETE", "/" + id), HasSubstr("404"));
  database_.reset();
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
    std::ifstream file(entry.path(), std::ios::binary);
    std::string bytes(std::istreambuf_iterator<char>(file), {});
    EXPECT_EQ(bytes.find(secret), std::string::npos) << entry.path();
  }
}

TEST_F(ApiKeyTest, E71_nobody_gives_a_key_more_than_there_is) {
  Identity who = identity();
  new_tenant(who);
  EXPECT_THAT(ask(who, "POST", "", R"({"name":"ci","permissions":["a:b:c"]})"), HasSubstr("201"));
  EXPECT_THAT(ask(who, "POST", "", R"({"name":"ci","permissions":["a:b:d"]})"), HasSubstr("403"));
  EXPECT_THAT(ask(who, "POST", "", R"({"name":"ci","permissions":["*"]})"), HasSubstr("403"));
}

TEST_F(ApiKeyTest, names_and_permissions_have_limits) {
  Identity who = identity();
  new_tenant(who);
  auto name = [&](std::size_t length) {
    return ask(who, "POST", "", fmt::format(R"({{"name":"{}"}})", std::string(length, 'n')));
  };
  EXPECT_THAT(name(key_name_characters_max), HasSubstr("201"));
  EXPECT_THAT(name(key_name_characters_max + 1), HasSubstr("400"));
  EXPECT_THAT(name(0), HasSubstr("400"));
  auto permissions = [&](std::size_t count) {
    std::string list;
    for (std::size_t i = 0; i < count; ++i) list += i > 0 ? ",\"a:b:c\"" : "\"a:b:c\"";
    return ask(who, "POST", "", fmt::format(R"({{"name":"n","permissions":[{}]}})", list));
  };
  EXPECT_THAT(permissions(key_permissions_max), HasSubstr("201"));
  EXPECT_THAT(permissions(key_permissions_max + 1), HasSubstr("400"));
}

TEST_F(ApiKeyTest, a_tenant_has_so_many) {
  Identity who = identity();
  std::string tenant = new_tenant(who);
  for (std::size_t i = 0; i < keys_max; ++i) {
    run(who.create_key(tenant, {.name = "ci", .lifetime = 60s}, Instant::max()));
  }
  EXPECT_THROW(run(who.create_key(tenant, {.name = "ci"}, Instant::max())), Error);
  clock_.advance(61s);
  EXPECT_NO_THROW(run(who.create_key(tenant, {.name = "ci"}, Instant::max())));
}

}  // namespace
}  // namespace antiphon::identity
