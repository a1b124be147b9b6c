#include "engine/app/changes.h"

namespace antiphon::app {

// Owned by its core: dropped and called there. Publishers hold it only until it has been posted.
struct Changes::Listener {
  Core* core;
  std::function<void(const std::string&)> call;
};

Changes::Subscription::~Subscription() {
  if (listener_) listener_->call = nullptr;
}

Changes::Subscription& Changes::Subscription::operator=(Subscription&& other) noexcept {
  if (listener_) listener_->call = nullptr;
  listener_ = std::move(other.listener_);
  return *this;
}

Changes::Subscription Changes::subscribe(std::string_view topic,
                                         std::function<void(const std::string&)> listener) {
  Subscription subscription;
  subscription.listener_ = std::make_shared<Listener>(&Core::here(), std::move(listener));
  std::lock_guard lock(mutex_);
  listeners_.emplace(topic, subscription.listener_);
  return subscription;
}

void Changes::publish(std::string_view topic, std::string key) {
  std::lock_guard lock(mutex_);
  auto [begin, end] = listeners_.equal_range(topic);
  while (begin != end) {
    if (auto listener = begin->second.lock()) {
      listener->core->post([listener, key] {
        if (listener->call) listener->call(key);
      });
      ++begin;
    } else {
      begin = listeners_.erase(begin);
    }
  }
}

}  // namespace antiphon::app
