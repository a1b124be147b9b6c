#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/async/call.h"
#include "engine/async/pool.h"
#include "engine/log/logger.h"
#include "engine/skill/prompt.h"

namespace antiphon::skill {

/// Which prompt a tenant's skill is asked with.
class PromptSource {
 public:
  virtual ~PromptSource() = default;

  /// The tenant's own, or `standard`; whatever is wrong with the tenant's own, it is the standard
  /// one and the operator is told. Throws nothing but cancellation.
  /// @param standard  what the skill has without a tenant's own
  virtual Task<std::shared_ptr<const Prompt>> find(std::string tenant, std::string skill,
                                                   std::shared_ptr<const Prompt> standard,
                                                   Due due) = 0;
};

/// Prompts of tenants as files: FOLDER/TENANT/SKILL.md ("prompts/ten_1/director.analyse.md"). A
/// file that is new, has changed or is gone is noticed after `looked_again_after`. Lives on one
/// core.
class FolderPrompts final : public PromptSource {
 public:
  static constexpr Duration looked_again_after = std::chrono::seconds(10);
  /// Tenants and skills that are remembered; then all are forgotten, and read again.
  static constexpr std::size_t known_max = 4'096;

  /// @param files  where files are read; outlives it
  FolderPrompts(std::filesystem::path folder, Pool& files, log::Logger log);

  Task<std::shared_ptr<const Prompt>> find(std::string tenant, std::string skill,
                                           std::shared_ptr<const Prompt> standard,
                                           Due due) override;

 private:
  struct Known {
    std::shared_ptr<const Prompt> prompt;  ///< null: the standard one
    std::optional<std::string> text;       ///< of the file; nothing: there was none
    Instant looked;
  };
  Task<std::optional<std::string>> read(std::string path, Due due);
  std::shared_ptr<const Prompt> parse(const std::string& path, const std::string& text,
                                      const Prompt& standard) const;

  std::filesystem::path folder_;
  Pool& files_;
  log::Logger log_;
  std::map<std::string, Known> known_;  ///< by path below the folder
};

}  // namespace antiphon::skill
