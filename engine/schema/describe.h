#pragma once

#include "engine/base/error.h"
#include "engine/schema/type_of.h"

// How a struct is described, next to it and in its namespace:
//
//   struct OpenTake { std::string language = "en"; std::optional<int> speed; };
//   inline auto describe(schema::Tag<OpenTake>) {
//     return schema::object<OpenTake>("OpenTake", "What a take is opened with")
//         .field("language", &OpenTake::language, "Language of the speech",
//                schema::language_tag, schema::defaulted)
//         .field("speed", &OpenTake::speed, "Times real time", schema::min(1), schema::max(100));
//   }
//
// A std::optional field may be absent and is never null; a Nullable one must be there and may be
// null; every other field is required unless marked `defaulted`.

namespace antiphon::schema {

/// The fields of a struct T, which must be default-constructible.
template <class T>
struct Object : Type {
  template <class Member, class... Attributes>
  Object&& field(std::string_view field_name, Member T::* member, std::string_view field_doc,
                 const Attributes&... attributes) && {
    ENSURE(!detail::is_duration<Member> || field_name.ends_with("Ms"),
           "the name of a duration ends in Ms");
    const T& made = *static_cast<const T*>(prototype.get());
    auto offset = static_cast<std::size_t>(reinterpret_cast<const char*>(&(made.*member)) -
                                           reinterpret_cast<const char*>(&made));
    Field& added = add_field(*this, field_name, field_doc, &of<Member>, offset);
    if (detail::is_a<Member, std::optional>) added.presence = Presence::optional;
    (attributes(added), ...);
    return std::move(*this);
  }

  /// Every field that is required so far keeps its default when absent: configuration sections.
  Object&& all_defaulted() && {
    for (Field& field : fields) {
      if (field.presence == Presence::required) field.presence = Presence::defaulted;
    }
    return std::move(*this);
  }
};

template <class T>
Object<T> object(std::string_view name, std::string_view doc = {}) {
  Object<T> object;
  object.kind = Kind::object;
  object.name = name;
  object.doc = doc;
  object.prototype = std::make_shared<const T>();
  return object;
}

template <class T>
struct Enumeration : Type {
  Enumeration&& value(std::string_view value_name, T number, std::string_view value_doc = {}) && {
    values.push_back(
        {std::string(value_name), static_cast<std::uint64_t>(number), std::string(value_doc)});
    return std::move(*this);
  }
};

template <class T>
Enumeration<T> enumeration(std::string_view name, std::string_view doc = {}) {
  static_assert(std::is_enum_v<T>);
  Enumeration<T> made;
  made.kind = Kind::enumeration;
  made.name = name;
  made.doc = doc;
  made.load = [](const void* value) {
    return static_cast<std::uint64_t>(*static_cast<const T*>(value));
  };
  made.store = [](void* value, std::uint64_t bits) {
    *static_cast<T*>(value) = static_cast<T>(bits);
  };
  return made;
}

/// The name of a described enumeration's value: "sideBySide", as it stands in a column.
template <class E>
const std::string& name_of(E value) {
  static_assert(std::is_enum_v<E>);
  return name_of_value(of<E>(), static_cast<std::uint64_t>(value));
}

/// The value that name_of() gave this name to. @throws Error{Code::internal} for another
template <class E>
E value_of(std::string_view name) {
  static_assert(std::is_enum_v<E>);
  return static_cast<E>(value_of_name(of<E>(), name));
}

}  // namespace antiphon::schema
