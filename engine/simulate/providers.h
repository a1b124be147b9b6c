#pragma once

#include "engine/simulate/faults.h"
#include "engine/speech/recogniser.h"
#include "engine/store/blobs.h"
#include "engine/store/cache.h"

namespace antiphon::simulate {

/// The cache before every skill, which takes its time and misbehaves: answers come in any order.
class FaultyCache final : public store::Cache {
 public:
  FaultyCache(store::Cache& inner, Faults& faults) : inner_(inner), faults_(faults) {}
  Task<std::optional<std::string>> get(std::string key) override;
  Task<> put(std::string key, std::string value, Duration time_to_live) override;
  Task<> erase_prefix(std::string prefix) override;

 private:
  store::Cache& inner_;
  Faults& faults_;
};

/// Hears the same few sentences in whatever sound there is, and misbehaves.
class FaultyRecogniser final : public speech::Recogniser {
 public:
  explicit FaultyRecogniser(Faults& faults) : faults_(faults) {}
  speech::RecogniserCapabilities capabilities() const override;
  Task<std::unique_ptr<speech::RecogniserStream>> open(speech::StreamOptions options) override;

 private:
  Faults& faults_;
};

/// Large contents have no place in a simulation: every call is refused.
class NoBlobs final : public store::BlobStore {
 public:
  Task<store::Blob> put(Instant, store::BlobSource, std::uint64_t) override { refuse(); }
  Task<std::optional<std::uint64_t>> size(Instant, std::string) override { refuse(); }
  Task<std::string> read(Instant, std::string, std::uint64_t, std::size_t) override { refuse(); }
  Task<std::filesystem::path> local_file(Instant, std::string) override { refuse(); }
  Task<bool> verify(Instant, std::string) override { refuse(); }
  Task<bool> remove(Instant, std::string, std::optional<Timestamp>) override { refuse(); }

 private:
  [[noreturn]] static void refuse();
};

}  // namespace antiphon::simulate
