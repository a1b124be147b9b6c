#pragma once

#include <string>
#include <vector>

#include "apps/director/analysis/analysis.h"
#include "engine/schema/describe.h"

namespace antiphon::director {

/// What is told of a clip that comes in, whichever way it comes.
struct NewClip {
  std::string title;
  std::string description;
  std::vector<std::string> tags;
  std::string topic;
  Sentiment sentiment = Sentiment::neutral;
  std::string licence;
  std::string attribution;
};

// The limits of what is said of a clip.
inline constexpr std::size_t clip_title_length_max = 200;
inline constexpr std::size_t clip_description_length_max = 5000;
inline constexpr std::size_t clip_tags_max = 50;
inline constexpr std::size_t clip_topic_length_max = 100;
inline constexpr std::size_t clip_licence_length_max = 100;
inline constexpr std::size_t clip_attribution_length_max = 500;

/// The fields of NewClip as those of a struct that inherits it. All may be absent.
template <class T>
auto new_clip_fields(schema::Object<T> object) {
  return std::move(object)
      .field("title", static_cast<std::string T::*>(&T::title),
             "Its title; without one, the name of its file",
             schema::max_length(clip_title_length_max), schema::defaulted)
      .field("description", static_cast<std::string T::*>(&T::description), "What can be seen",
             schema::max_length(clip_description_length_max), schema::defaulted)
      .field("tags", static_cast<std::vector<std::string> T::*>(&T::tags), "Words it is found by",
             schema::max_items(clip_tags_max), schema::defaulted)
      .field("topic", static_cast<std::string T::*>(&T::topic), "Its topic",
             schema::max_length(clip_topic_length_max), schema::defaulted)
      .field("sentiment", static_cast<Sentiment T::*>(&T::sentiment), "How it feels",
             schema::defaulted)
      .field("licence", static_cast<std::string T::*>(&T::licence), "SPDX name of its licence",
             schema::max_length(clip_licence_length_max), schema::defaulted)
      .field("attribution", static_cast<std::string T::*>(&T::attribution), "Who is to be named",
             schema::max_length(clip_attribution_length_max), schema::defaulted);
}

inline auto describe(schema::Tag<NewClip>) {
  return new_clip_fields(schema::object<NewClip>("NewClip", "What is told of a new clip"));
}

}  // namespace antiphon::director
