#include "engine/schema/config.h"

#include <fstream>

#include "engine/schema/config_leaf.h"
#include "engine/schema/json.h"
#include "engine/schema/limits.h"

namespace antiphon::schema {

namespace {

constexpr std::string_view variable_prefix = "ANTIPHON_";
constexpr std::string_view mask = "********";

void collect(const Type& type, void* object, const std::string& key, const std::string& pointer,
             std::vector<Leaf>& leaves) {
  for (const Field& field : type.fields) {
    const std::string field_key = key + snake_case(field.name);
    const std::string field_pointer = pointer + "/" + escape_pointer(field.name);
    const Slot slot = slot_of(field, object);
    if (slot.type->kind == Kind::object) {
      collect(*slot.type, slot.target, field_key + ".", field_pointer, leaves);
    } else {
      leaves.push_back({field_key, field_pointer, &field, slot, {}});
    }
  }
}

std::string with(std::string text, std::string_view separators, char replacement) {
  std::ranges::replace_if(text, [&](char c) { return separators.contains(c); }, replacement);
  return text;
}

std::string variable_of(const Leaf& leaf) {
  std::string name = with(leaf.key, ".", '_');
  std::ranges::transform(name, name.begin(), [](char c) {
    return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  });
  return std::string(variable_prefix) + name;
}

std::string flag_of(const Leaf& leaf) { return with(leaf.key, "._", '-'); }

bool is_secret(const Leaf& leaf) { return leaf.field->constraints.secret; }

/// A leaf by each of its names of one kind, and by the names of its file.
struct Names {
  std::map<std::string, Leaf*, std::less<>> direct;
  std::map<std::string, Leaf*, std::less<>> files;

  void add(const std::string& name, const std::string& file_suffix, Leaf& leaf) {
    ENSURE(direct.emplace(name, &leaf).second, "every setting has a name of its own");
    if (is_secret(leaf)) files.emplace(name + file_suffix, &leaf);
  }

  bool set(const std::string& name, const std::string& text, const std::string& source,
           std::vector<FieldError>& errors) const {
    if (const auto found = direct.find(name); found != direct.end()) {
      set_leaf(*found->second, text, source, errors);
    } else if (const auto file = files.find(name); file != files.end()) {
      set_leaf_from_file(*file->second, text, source, errors);
    } else {
      return false;
    }
    return true;
  }

  std::string refuse(std::string_view what, std::string_view name) const {
    std::vector<std::string_view> known;
    for (const auto& entry : direct) known.push_back(entry.first);
    for (const auto& entry : files) known.push_back(entry.first);
    return unknown_key(what, name, known);
  }
};

void apply_usual_names(const ConfigSources& sources, std::vector<Leaf>& leaves,
                       std::vector<FieldError>& errors) {
  for (Leaf& leaf : leaves) {
    const auto found = sources.environment.find(leaf.field->environment);
    if (found != sources.environment.end() && !found->first.empty()) {
      set_leaf(leaf, found->second, found->first, errors);
    }
  }
}

void apply_environment(const ConfigSources& sources, std::vector<Leaf>& leaves,
                       std::vector<FieldError>& errors) {
  Names names;
  for (Leaf& leaf : leaves) names.add(variable_of(leaf), "_FILE", leaf);
  for (const auto& [name, text] : sources.environment) {
    if (!name.starts_with(variable_prefix)) continue;
    if (!names.set(name, text, name, errors)) {
      errors.push_back({"", "unknown", names.refuse("environment variable", name)});
    }
  }
}

void apply_flags(const ConfigSources& sources, std::vector<Leaf>& leaves,
                 std::vector<FieldError>& errors) {
  Names names;
  for (Leaf& leaf : leaves) names.add("--" + flag_of(leaf), "-file", leaf);
  for (const auto& [name, text] : sources.flags) {
    const std::string flag = "--" + name;
    if (!names.set(flag, text, flag, errors)) {
      errors.push_back({"", "unknown", names.refuse("flag", flag)});
    }
  }
}

void check_missing(const std::vector<Leaf>& leaves, const ConfigSources& sources,
                   std::vector<FieldError>& errors) {
  for (const Leaf& leaf : leaves) {
    if (!leaf.source.empty() || leaf.field->presence != Presence::required) continue;
    errors.push_back({leaf.pointer, "required",
                      fmt::format("{} is missing: set it in {}, {} or --{}.", leaf.key,
                                  sources.toml_name, variable_of(leaf), flag_of(leaf))});
  }
}

// A copy of a value of `type` with every secret in it masked.
Value masked(const Value& value, const Type& type) {
  Value copy = value.is_array() ? Value::array() : Value::object();
  if (value.is_array() && type.kind == Kind::list) {
    for (const Value& item : value.items()) copy.push(masked(item, bare(type.element())));
    return copy;
  }
  if (!value.is_object() || (type.kind != Kind::object && type.kind != Kind::map)) return value;
  for (const Value::Member& member : value.members()) {
    const Field* field = type.find(member.key);
    const bool hide = field != nullptr && field->constraints.secret;
    const Type& inner = field != nullptr ? field->type() : type.element();
    copy.set(member.key, hide ? Value(mask) : masked(member.value, bare(inner)));
  }
  return copy;
}

Setting show(const Leaf& leaf) {
  std::string json;
  write_json(json, *leaf.slot.type, leaf.slot.target);
  const Value value = masked(parse_value(json), bare(*leaf.slot.type));
  std::string text = value.is_text() ? value.text() : value.is_null() ? "" : to_json(value);
  if (is_secret(leaf) && !text.empty()) text = mask;
  return {leaf.key, text, leaf.source.empty() ? "default" : leaf.source, leaf.field->doc};
}

}  // namespace

std::string snake_case(std::string_view camel) {
  std::string snake;
  for (char c : camel) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper) snake += '_';
    snake += upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return snake;
}

void set_leaf(Leaf& leaf, std::string_view text, const std::string& source,
              std::vector<FieldError>& errors) {
  std::vector<FieldError> found;
  assign_text(leaf.slot, text, leaf.pointer, found);
  leaf.source = source;
  for (FieldError& error : found) {
    error.message = fmt::format("{}: {}", source, error.message);
    errors.push_back(std::move(error));
  }
}

std::optional<std::string> read_secret(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(secret_file_bytes_max + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (!file.eof() || file.bad()) return {};
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  return text;
}

FieldError unreadable_secret(std::string pointer, std::string_view source) {
  return {std::move(pointer), "file",
          fmt::format("{}: expected a readable file of at most {} bytes.", source,
                      secret_file_bytes_max)};
}

void set_leaf_from_file(Leaf& leaf, const std::string& path, const std::string& source,
                        std::vector<FieldError>& errors) {
  leaf.source = fmt::format("{} ({})", source, path);
  if (const auto text = read_secret(path)) {
    set_leaf(leaf, *text, leaf.source, errors);
  } else {
    errors.push_back(unreadable_secret(leaf.pointer, leaf.source));
  }
}

std::vector<Setting> load_config(const Type& type, void* target, const ConfigSources& sources) {
  std::vector<Leaf> leaves;
  collect(type, target, "", "", leaves);
  std::vector<FieldError> errors;
  apply_toml(type, sources.toml_name, sources.toml, leaves, errors);
  apply_usual_names(sources, leaves, errors);
  apply_environment(sources, leaves, errors);
  apply_flags(sources, leaves, errors);
  check_missing(leaves, sources, errors);
  if (!errors.empty()) throw Error(std::move(errors));
  std::vector<Setting> settings;
  for (const Leaf& leaf : leaves) settings.push_back(show(leaf));
  return settings;
}

std::vector<ConfigKey> config_keys(const Type& type) {
  // The leaves need an object to point into; the prototype is read only and never written here.
  std::vector<Leaf> leaves;
  collect(type, const_cast<void*>(type.prototype.get()), "", "", leaves);
  std::vector<ConfigKey> keys;
  for (const Leaf& leaf : leaves) {
    const Field& field = *leaf.field;
    keys.push_back({leaf.key, variable_of(leaf), field.environment, flag_of(leaf), field.doc,
                    field.constraints.secret});
  }
  return keys;
}

std::string show_config(const std::vector<Setting>& settings) {
  std::size_t key_width = 0;
  std::size_t value_width = 0;
  for (const Setting& setting : settings) {
    key_width = std::max(key_width, setting.key.size());
    value_width = std::max(value_width, setting.value.size());
  }
  std::string lines;
  for (const Setting& setting : settings) {
    lines += fmt::format("{:{}}  {:{}}  {}\n", setting.key, key_width, setting.value, value_width,
                         setting.source);
  }
  return lines;
}

}  // namespace antiphon::schema
