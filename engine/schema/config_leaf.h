#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/schema/scalar.h"

namespace antiphon::schema {

/// One field of the configuration that is set as a whole, below all sections.
struct Leaf {
  std::string key;      ///< "http.body_bytes_max"
  std::string pointer;  ///< "/http/bodyBytesMax"
  const Field* field = nullptr;
  Slot slot;
  std::string source;  ///< what set it last; empty: nothing did
};

/// "bodyBytesMax" as "body_bytes_max".
std::string snake_case(std::string_view camel);

/// Stores a text in a leaf; errors get the source before their message.
void set_leaf(Leaf& leaf, std::string_view text, const std::string& source,
              std::vector<FieldError>& errors);
/// The content of a file that holds a secret, without its last line end; nothing when it cannot be
/// read or is too large.
std::optional<std::string> read_secret(const std::string& path);
/// What is wrong when read_secret gives nothing.
FieldError unreadable_secret(std::string pointer, std::string_view source);
/// Stores the content of a file in a secret leaf.
void set_leaf_from_file(Leaf& leaf, const std::string& path, const std::string& source,
                        std::vector<FieldError>& errors);

/// Sets the leaves that a TOML text gives; errors name file and line.
void apply_toml(const Type& root, const std::string& name, std::string_view toml,
                std::vector<Leaf>& leaves, std::vector<FieldError>& errors);

}  // namespace antiphon::schema
