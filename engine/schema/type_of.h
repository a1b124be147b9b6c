#pragma once

#include <chrono>
#include <map>
#include <type_traits>

#include "engine/base/clock.h"
#include "engine/schema/type.h"
#include "engine/schema/value.h"

// Builds the description of each C++ type there is on the wire. Structs and enumerations say theirs
// in a function `describe` beside them (describe.h).

namespace antiphon::schema {

/// Names a type to `describe` without making one.
template <class T>
struct Tag {};

/// Null or a value; for fields where null says something that absence does not.
template <class T>
struct Nullable : std::optional<T> {
  using std::optional<T>::optional;
  using std::optional<T>::has_value;
  bool operator==(const Nullable& other) const {
    return has_value() == other.has_value() && (!has_value() || **this == *other);
  }
};

/// The description of T, built once. Thread-safe.
template <class T>
const Type& of();

namespace detail {

template <class T, template <class...> class Template>
constexpr bool is_a = false;
template <class... Arguments, template <class...> class Template>
constexpr bool is_a<Template<Arguments...>, Template> = true;

template <class T>
constexpr bool is_duration = is_a<T, std::chrono::duration>;
template <class T>
constexpr bool is_duration<std::optional<T>> = is_duration<T>;

template <class Holder>
void visit_optional(const void* holder, const Visit& visit) {
  const auto& optional = *static_cast<const Holder*>(holder);
  if (optional) visit({}, &*optional);
}

template <class List>
void visit_list(const void* holder, const Visit& visit) {
  for (const auto& element : *static_cast<const List*>(holder)) visit({}, &element);
}

template <class Map>
void visit_map(const void* holder, const Visit& visit) {
  for (const auto& [key, element] : *static_cast<const Map*>(holder)) visit(key, &element);
}

template <class Map>
void* add_to_map(void* holder, std::string_view key) {
  auto [place, fresh] = static_cast<Map*>(holder)->try_emplace(std::string(key));
  return fresh ? &place->second : nullptr;
}

Type make_plain(Kind kind);

template <class T>
Type make_holder(Kind kind) {
  Type type = make_plain(kind);
  if constexpr (is_a<T, std::map> || is_a<T, std::vector>) {
    type.clear = [](void* holder) { static_cast<T*>(holder)->clear(); };
  } else {
    type.clear = [](void* holder) { static_cast<T*>(holder)->reset(); };
  }
  if constexpr (is_a<T, std::map>) {
    type.element = &of<typename T::mapped_type>;
    type.add = &add_to_map<T>;
    type.visit = &visit_map<T>;
  } else if constexpr (is_a<T, std::vector>) {
    static_assert(!std::is_same_v<T, std::vector<bool>>, "its elements have no address");
    type.element = &of<typename T::value_type>;
    type.add = [](void* holder, std::string_view) -> void* {
      return &static_cast<T*>(holder)->emplace_back();
    };
    type.visit = &visit_list<T>;
  } else {
    type.element = &of<typename T::value_type>;
    type.add = [](void* holder, std::string_view) -> void* {
      return &static_cast<T*>(holder)->emplace();
    };
    type.visit = &visit_optional<T>;
  }
  return type;
}

template <class T>
Type make_integer() {
  Type type = make_plain(Kind::integer);
  type.is_signed = std::is_signed_v<T>;
  type.lowest = static_cast<std::int64_t>(std::numeric_limits<T>::min());
  type.highest = static_cast<std::uint64_t>(std::numeric_limits<T>::max());
  type.load = [](const void* value) {
    return static_cast<std::uint64_t>(*static_cast<const T*>(value));
  };
  type.store = [](void* value, std::uint64_t bits) {
    *static_cast<T*>(value) = static_cast<T>(bits);
  };
  return type;
}

template <class T>
Type make_duration() {
  using std::chrono::milliseconds;
  static_assert(std::ratio_less_equal_v<typename T::period, std::milli>,
                "a duration coarser than a millisecond cannot hold what the wire says");
  Type type = make_plain(Kind::duration);
  constexpr auto longest = std::chrono::duration_cast<milliseconds>(T::max()).count();
  type.lowest = -longest;
  type.highest = static_cast<std::uint64_t>(longest);
  type.load = [](const void* value) {
    auto count = std::chrono::duration_cast<milliseconds>(*static_cast<const T*>(value)).count();
    return static_cast<std::uint64_t>(count);
  };
  type.store = [](void* value, std::uint64_t bits) {
    *static_cast<T*>(value) = milliseconds(static_cast<std::int64_t>(bits));
  };
  return type;
}

template <class T>
Type make_type() {
  if constexpr (std::is_same_v<T, bool>)
    return make_plain(Kind::boolean);
  else if constexpr (std::is_integral_v<T>)
    return make_integer<T>();
  else if constexpr (std::is_same_v<T, double>)
    return make_plain(Kind::number);
  else if constexpr (std::is_same_v<T, std::string>)
    return make_plain(Kind::text);
  else if constexpr (std::is_same_v<T, Timestamp>)
    return make_plain(Kind::timestamp);
  else if constexpr (is_duration<T>)
    return make_duration<T>();
  else if constexpr (std::is_same_v<T, Value>)
    return make_plain(Kind::value);
  else if constexpr (std::is_same_v<T, RawJson>)
    return make_plain(Kind::raw);
  else if constexpr (is_a<T, std::vector>)
    return make_holder<T>(Kind::list);
  else if constexpr (is_a<T, std::map>)
    return make_holder<T>(Kind::map);
  else if constexpr (is_a<T, std::optional>)
    return make_holder<T>(Kind::optional);
  else if constexpr (is_a<T, Nullable>)
    return make_holder<T>(Kind::nullable);
  else
    return describe(Tag<T>{});
}

}  // namespace detail

template <class T>
const Type& of() {
  static const Type type = detail::make_type<T>();
  return type;
}

}  // namespace antiphon::schema
