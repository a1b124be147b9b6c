#include <toml++/toml.h>

#include <sstream>

#include "engine/schema/config_leaf.h"
#include "engine/schema/json_reader.h"

namespace antiphon::schema {

namespace {

constexpr std::string_view file_suffix = "_file";

std::string written(const toml::node& node) {
  std::ostringstream text;
  node.visit([&](const auto& value) {
    if constexpr (toml::is_date<decltype(value)> || toml::is_time<decltype(value)> ||
                  toml::is_date_time<decltype(value)>) {
      text << value.get();
    }
  });
  return text.str();
}

const Field* find_snake(const Type& type, std::string_view key) {
  const auto found = std::ranges::find_if(
      type.fields, [&](const Field& field) { return snake_case(field.name) == key; });
  return found == type.fields.end() ? nullptr : &*found;
}

/// The secret field that `key` names with the suffix of files.
const Field* find_secret(const Type& type, std::string_view key) {
  if (!key.ends_with(file_suffix)) return nullptr;
  const Field* field = find_snake(type, key.substr(0, key.size() - file_suffix.size()));
  return field != nullptr && field->constraints.secret ? field : nullptr;
}

/// Walks a parsed TOML file beside the description: sections down to the leaves, and each leaf's
/// value, whatever its shape, through the same reader that JSON goes through.
class TomlWalk {
 public:
  TomlWalk(std::string name, std::vector<Leaf>& leaves, std::vector<FieldError>& errors)
      : name_(std::move(name)), leaves_(leaves), errors_(errors) {}

  void section(const toml::table& table, const Type& type, const std::string& key,
               const std::string& pointer) {
    for (const auto& [name, node] : table) {
      const Field* field = find_snake(type, name.str());
      if (field == nullptr) {
        file_or_unknown(name.str(), node, type, key, pointer);
      } else if (field->type().kind != Kind::object) {
        leaf(leaf_at(key + std::string(name.str())), node);
      } else if (const toml::table* inner = node.as_table()) {
        section(*inner, field->type(), fmt::format("{}{}.", key, name.str()),
                fmt::format("{}/{}", pointer, field->name));
      } else {
        refuse(node, fmt::format("{}/{}", pointer, field->name), "type",
               fmt::format("Expected the section [{}{}].", key, name.str()));
      }
    }
  }

 private:
  Leaf& leaf_at(std::string_view key) {
    const auto found = std::ranges::find(leaves_, key, &Leaf::key);
    ENSURE(found != leaves_.end(), "every field below the sections is a leaf");
    return *found;
  }

  void file_or_unknown(std::string_view name, const toml::node& node, const Type& type,
                       const std::string& key, const std::string& pointer) {
    const Field* field = find_secret(type, name);
    if (field == nullptr) {
      unknown(name, node, type, fmt::format("{}/{}", pointer, escape_pointer(name)));
      return;
    }
    const std::string bare_name = snake_case(field->name);
    Leaf& leaf = leaf_at(key + bare_name);
    if (!leaf.source.empty()) {
      refuse(node, leaf.pointer, "duplicate",
             fmt::format("Expected either {} or {}, found both.", bare_name, name));
    } else if (const auto path = node.value<std::string>()) {
      set_leaf_from_file(leaf, *path, source(node), errors_);
    } else {
      refuse(node, leaf.pointer, "type", "Expected the path of a file, as text.");
    }
  }

  void unknown(std::string_view name, const toml::node& node, const Type& type,
               std::string pointer) {
    std::vector<std::string> names;
    for (const Field& field : type.fields) {
      names.push_back(snake_case(field.name));
      if (field.constraints.secret) names.push_back(names.back() + std::string(file_suffix));
    }
    refuse(node, std::move(pointer), "unknown",
           unknown_key("key", name, {names.begin(), names.end()}));
  }

  void leaf(Leaf& leaf, const toml::node& node) {
    if (!leaf.source.empty()) {
      refuse(node, leaf.pointer, "duplicate",
             fmt::format("{} and its file are both given.", leaf.key));
      return;
    }
    leaf.source = source(node);
    const ParseOptions options;
    std::vector<FieldError> found;
    JsonReader reader(leaf.slot, options, found);
    feed(node, bare(*leaf.slot.type), leaf.pointer, reader);
    for (FieldError& error : found) {
      error.pointer = leaf.pointer + error.pointer;
      if (error.rule == "required") {
        const auto name = error.pointer.substr(error.pointer.rfind('/') + 1);
        error.message = fmt::format("{} is missing.", snake_case(name));
      }
      error.message = fmt::format("{}:{}: {}", name_, line_of(error.pointer), error.message);
      errors_.push_back(std::move(error));
    }
  }

  // Gives the node to the reader as the JSON it stands for and notes the line of each value.
  void feed(const toml::node& node, const Type& type, const std::string& pointer,
            JsonReader& reader) {
    lines_[pointer] = node.source().begin.line;
    switch (node.type()) {
      case toml::node_type::table: feed_table(*node.as_table(), type, pointer, reader); break;
      case toml::node_type::array: {
        std::size_t index = 0;
        const Type& element = type.kind == Kind::list ? bare(type.element()) : type;
        reader.begin_array();
        for (const toml::node& item : *node.as_array()) {
          feed(item, element, fmt::format("{}/{}", pointer, index++), reader);
        }
        reader.end_array();
        break;
      }
      case toml::node_type::string: reader.text(node.as_string()->get()); break;
      case toml::node_type::integer: reader.number(fmt::to_string(node.as_integer()->get())); break;
      case toml::node_type::floating_point:
        reader.number(fmt::to_string(node.as_floating_point()->get()));
        break;
      case toml::node_type::boolean: reader.boolean(node.as_boolean()->get()); break;
      default: reader.text(written(node));
    }
  }

  void feed_table(const toml::table& table, const Type& type, const std::string& pointer,
                  JsonReader& reader) {
    reader.begin_object();
    for (const auto& [name, node] : table) {
      const bool described = type.kind == Kind::object;
      const Field* field = described ? find_snake(type, name.str()) : nullptr;
      if (described && field == nullptr) {
        if (feed_secret(name.str(), node, type, pointer, reader)) continue;
        unknown(name.str(), node, type, fmt::format("{}/{}", pointer, escape_pointer(name.str())));
        continue;
      }
      const std::string key = field != nullptr ? field->name : std::string(name.str());
      const Type& inner = field != nullptr         ? bare(field->type())
                          : type.kind == Kind::map ? bare(type.element())
                                                   : type;
      reader.key(key);
      feed(node, inner, fmt::format("{}/{}", pointer, escape_pointer(key)), reader);
    }
    reader.end_object();
  }

  // A secret of a table in a list, given by the name of its file; false when it is none.
  bool feed_secret(std::string_view name, const toml::node& node, const Type& type,
                   const std::string& pointer, JsonReader& reader) {
    const Field* field = find_secret(type, name);
    const auto path = node.value<std::string>();
    if (field == nullptr || !path) return false;
    const auto text = read_secret(*path);
    if (!text) {
      errors_.push_back(unreadable_secret(fmt::format("{}/{}", pointer, field->name),
                                          fmt::format("{} ({})", source(node), *path)));
    }
    reader.key(field->name);
    reader.text(text.value_or(""));
    return true;
  }

  // The line of the place itself or of the nearest above it: what is missing has no line.
  std::size_t line_of(std::string pointer) const {
    auto found = lines_.find(pointer);
    while (found == lines_.end() && !pointer.empty()) {
      pointer.resize(pointer.rfind('/'));
      found = lines_.find(pointer);
    }
    return found == lines_.end() ? 0 : found->second;
  }

  std::string source(const toml::node& node) const {
    return fmt::format("{}:{}", name_, node.source().begin.line);
  }

  void refuse(const toml::node& node, std::string pointer, std::string rule,
              std::string_view message) {
    errors_.push_back(
        {std::move(pointer), std::move(rule), fmt::format("{}: {}", source(node), message)});
  }

  std::string name_;
  std::vector<Leaf>& leaves_;
  std::vector<FieldError>& errors_;
  std::map<std::string, std::size_t> lines_;  // by pointer
};

}  // namespace

void apply_toml(const Type& root, const std::string& name, std::string_view toml,
                std::vector<Leaf>& leaves, std::vector<FieldError>& errors) {
  try {
    const toml::table table = toml::parse(toml, name);
    TomlWalk(name, leaves, errors).section(table, root, "", "");
  } catch (const toml::parse_error& error) {
    errors.push_back(
        {"", "syntax",
         fmt::format("{}:{}: {}.", name, error.source().begin.line, error.description())});
  }
}

}  // namespace antiphon::schema
