#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/schema/describe.h"

namespace antiphon::http {

// What typed handlers give. Any described struct is a reply with status 200; these say more.

/// 201 with where the new thing is.
template <class T>
struct Created {
  T value;
  std::string location;  ///< path: "/api/v1/director/sessions/ses_…"
};

/// 204.
struct NoContent {};

/// One page of a list (E-14). The client sends `nextCursor` back as `cursor`.
template <class T>
struct Page {
  std::vector<T> items;
  std::optional<std::string> next_cursor;  ///< absent on the last page
};

template <class T>
auto describe(schema::Tag<Page<T>>) {
  return schema::object<Page<T>>(schema::of<T>().name + "Page", "One page of a list")
      .field("items", &Page<T>::items, "What is on the page, in the list's order")
      .field("nextCursor", &Page<T>::next_cursor, "Gives the next page; absent on the last");
}

/// What a list is asked with; an input struct of a list inherits it and is described by
/// `page_fields(schema::object<ListClips>("ListClips"))`.
struct PageQuery {
  std::optional<std::string> cursor;
  int limit = 50;
};

inline constexpr int page_items_max = 200;

template <class T>
auto page_fields(schema::Object<T> object) {
  return std::move(object)
      .field("cursor", static_cast<std::optional<std::string> T::*>(&T::cursor),
             "Where the page begins: `nextCursor` of the page before", schema::max_length(1024))
      .field("limit", static_cast<int T::*>(&T::limit), "At most so many items", schema::min(1),
             schema::max(page_items_max), schema::defaulted);
}

/// An opaque cursor over what the list is sorted by. Not secret, only not to be built by hand.
std::string make_cursor(std::string_view position);
/// @throws Error with the pointer "/cursor" for anything that make_cursor did not give
std::string parse_cursor(std::string_view cursor);

}  // namespace antiphon::http
