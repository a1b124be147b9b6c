#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "engine/async/core.h"

namespace antiphon::app {

/// Tells every core of this process that something it may keep a copy of has changed. Thread-safe.
class Changes {
  struct Listener;

 public:
  /// Listens as long as it lives.
  class Subscription {
   public:
    Subscription() = default;
    ~Subscription();
    Subscription(Subscription&&) noexcept = default;
    Subscription& operator=(Subscription&&) noexcept;

   private:
    friend class Changes;
    std::shared_ptr<Listener> listener_;
  };

  /// Calls `listener` on the current core with what publish() is given.
  /// @param topic  "director.library"
  [[nodiscard]] Subscription subscribe(std::string_view topic,
                                       std::function<void(const std::string& key)> listener);

  /// @param key  what has changed: a tenant's id, an asset's
  void publish(std::string_view topic, std::string key);

 private:
  std::mutex mutex_;
  std::multimap<std::string, std::weak_ptr<Listener>, std::less<>> listeners_;
};

}  // namespace antiphon::app
