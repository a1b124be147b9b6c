#include "engine/identity/identity.h"

#include <filesystem>
#include <fstream>

#include "engine/identity/credential.h"
#include "engine/identity/sample_test.h"
#include "engine/identity/secrets.h"

namespace antiphon::identity {
namespace {

TEST_F(IdentityTest, makes_one_owner_at_the_first_start) {  // E-70
  Identity who = identity();
  auto owner = run(who.ensure_first_owner(Instant::max()));
  ASSERT_TRUE(owner);
  EXPECT_FALSE(run(who.ensure_first_owner(Instant::max())));
  EXPECT_EQ(run(who.first_owner_account(Instant::max())), owner->account_id);
}

TEST_F(IdentityTest, signs_in_with_the_secret_and_with_nothing_else) {  // E-70
  Identity who = identity();
  auto owner = run(who.ensure_first_owner(Instant::max()));
  auto issued = run(who.sign_in("owner", owner->secret, Instant::max()));
  EXPECT_EQ(issued.principal.tenant, owner->tenant);
  EXPECT_TRUE(issued.principal.may("anything"));
  for (auto [account, secret] : {std::pair<std::string, std::string>{"owner", "wrong"},
                                 {"nobody", owner->secret},
                                 {"", ""}}) {
    try {
      run(who.sign_in(account, secret, Instant::max()));
      ADD_FAILURE() << account;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::unauthenticated);
    }
  }
}

TEST_F(IdentityTest, a_token_ends_with_its_time_or_when_revoked) {  // E-70
  Identity who = identity();
  auto owner = run(who.ensure_first_owner(Instant::max()));
  auto first = run(who.issue(owner->account_id, Instant::max()));
  auto second = run(who.issue(owner->account_id, Instant::max()));
  EXPECT_TRUE(run(who.by_token(first.token, Instant::max())));
  run(who.revoke(first.token, Instant::max()));
  EXPECT_FALSE(run(who.by_token(first.token, Instant::max())));
  clock_.advance(Identity::token_lifetime - 1s);
  EXPECT_TRUE(run(who.by_token(second.token, Instant::max())));
  clock_.advance(2s);
  EXPECT_FALSE(run(who.by_token(second.token, Instant::max())));
  EXPECT_FALSE(run(who.by_token("apt_guess", Instant::max())));
  EXPECT_FALSE(run(who.by_token("", Instant::max())));
}

TEST_F(IdentityTest, a_guest_may_do_what_the_token_says_in_its_tenant) {  // E-70
  Identity who = identity();
  auto owner = run(who.ensure_first_owner(Instant::max()));
  auto guest = run(who.issue_anonymous(owner->tenant, {"a:b:c"}, 60s, Instant::max()));
  auto principal = run(who.by_token(guest.token, Instant::max()));
  ASSERT_TRUE(principal);
  EXPECT_EQ(principal->kind, Principal::Kind::anonymous);
  EXPECT_EQ(principal->tenant, owner->tenant);
  EXPECT_TRUE(principal->may("a:b:c"));
  EXPECT_FALSE(principal->may("a:b:d"));
}

TEST_F(IdentityTest, a_link_signs_in_once) {
  Identity who = identity();
  auto owner = run(who.ensure_first_owner(Instant::max()));
  std::string code = codes_.make(owner->account_id);
  EXPECT_EQ(run(who.redeem(code, Instant::max())).principal.id, owner->account_id);
  EXPECT_THROW(run(who.redeem(code, Instant::max())), Error);
  std::string old = codes_.make(owner->account_id);
  clock_.advance(SignInCodes::lifetime + 1s);
  EXPECT_THROW(run(who.redeem(old, Instant::max())), Error);
}

TEST_F(IdentityTest, names_of_tenants_are_checked_and_unique) {
  Identity who = identity();
  run(who.create_tenant("riverside", Instant::max()));
  EXPECT_THROW(run(who.create_tenant("riverside", Instant::max())), Error);
  for (const char* bad : {"", "River", "a b", "../x"}) {
    EXPECT_THROW(run(who.create_tenant(bad, Instant::max())), Error) << bad;
  }
  EXPECT_EQ(run(who.tenants(Instant::max())).size(), 1u);
}

TEST_F(IdentityTest, no_secret_stands_in_the_database_in_clear) {  // E-70
  Identity who = identity();
  auto owner = run(who.ensure_first_owner(Instant::max()));
  auto issued = run(who.sign_in("owner", owner->secret, Instant::max()));
  database_.reset();
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
    std::ifstream file(entry.path(), std::ios::binary);
    std::string bytes(std::istreambuf_iterator<char>(file), {});
    EXPECT_EQ(bytes.find(owner->secret), std::string::npos) << entry.path();
    EXPECT_EQ(bytes.find(issued.token), std::string::npos) << entry.path();
  }
}

TEST(Secrets, verify_only_what_was_hashed) {
  std::string hash = hash_secret("correct horse");
  EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << hash;
  EXPECT_TRUE(verify_secret("correct horse", hash));
  EXPECT_FALSE(verify_secret("correct horsf", hash));
  EXPECT_FALSE(verify_secret("", hash));
  EXPECT_FALSE(verify_secret("correct horse", "no hash at all"));
}

TEST(Credential, comes_from_header_or_cookie_and_not_from_the_url) {  // E-17
  http::Request request;
  request.query = "token=apt_x&antiphon_token=apt_x";
  EXPECT_EQ(credential_of(request).source, CredentialSource::none);
  request.headers.set("Cookie", "other=1; antiphon_token=apt_c; xantiphon_token=apt_z");
  EXPECT_EQ(credential_of(request).token, "apt_c");
  request.headers.set("Authorization", "Bearer apt_b");
  EXPECT_EQ(credential_of(request).token, "apt_b");
  EXPECT_EQ(credential_of(request).source, CredentialSource::bearer);
}

}  // namespace
}  // namespace antiphon::identity
