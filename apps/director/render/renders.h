#pragma once

#include "apps/director/render/render_store.h"
#include "engine/media/composer.h"
#include "engine/store/blob_ledger.h"
#include "engine/store/job_runner.h"

namespace antiphon::director {

/// The payload of the job that makes a film.
struct MakeRender {
  std::string take_id;
  std::string render_id;
};

inline auto describe(schema::Tag<MakeRender>) {
  return schema::object<MakeRender>("MakeRender", "Which film is made")
      .field("takeId", &MakeRender::take_id, "Of which take")
      .field("renderId", &MakeRender::render_id, "It");
}

/// Films of edit lists: asked for, looked at, given up and deleted. RenderJob makes them. Lives on
/// one core.
class Renders {
 public:
  struct Parts {
    store::Database& database;
    store::BlobLedger& ledger;
    store::Jobs& jobs;
    Random& random;
    Pool& files;
    std::filesystem::path folder;  ///< of films under way
  };

  explicit Renders(Parts parts) : parts_(std::move(parts)) {}

  /// The list as it stands now, and its files, are kept until the film is made.
  /// @throws Error{Code::not_found} when there is no such take; Error{Code::unprocessable} when it
  ///         shows nothing; Error{Code::conflict} while its recording is not ready;
  ///         Error{Code::quota_exceeded} when too many are waiting, or are kept
  Render prepare(Call call, std::string take_id, RenderWish wish) const;
  Task<> begin(Call call, Render render);

  /// A take's, newest first. @throws Error{Code::not_found}
  Task<std::vector<Render>> list(Call call, std::string take_id);
  /// @throws Error{Code::not_found}
  Task<Render> find(Call call, std::string take_id, std::string id);

  /// Gives up one that is still to come; deletes one that is over, with its film.
  /// @throws Error{Code::not_found}
  Task<> remove(Call call, std::string take_id, std::string id);

  static constexpr std::string_view job_kind = "director.render";
  static constexpr std::size_t open_renders_max = 10;  ///< of a tenant
  static constexpr std::size_t kept_renders_max = 20;  ///< of a take

 private:
  void insert(store::Tx& tx, const std::string& tenant, Render render) const;

  Parts parts_;
};

/// Adds the job that makes a film, or goes on with it. @return its id
std::string enqueue_render(store::Jobs& jobs, store::Tx& tx, const std::string& tenant,
                           const Render& render);

/// Where a film is made, until it is whole.
std::filesystem::path render_folder(const std::filesystem::path& work, const std::string& id);

}  // namespace antiphon::director
