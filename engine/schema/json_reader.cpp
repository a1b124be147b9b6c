#include "engine/schema/json_reader.h"

#include "engine/schema/value.h"

namespace antiphon::schema {

namespace {

constexpr std::size_t depth_usual = 6;

const Type& value_type() { return of<Value>(); }

// A null that means absence leaves a defaulted member as it is.
void store_null(const Slot& slot) {
  switch (slot.type->kind) {
    case Kind::optional:
    case Kind::nullable: slot.type->clear(slot.target); break;
    case Kind::value: *static_cast<Value*>(slot.target) = nullptr; break;
    case Kind::raw: static_cast<RawJson*>(slot.target)->text = "null"; break;
    default: break;
  }
}

bool is_described(const Slot& slot) {
  return slot.type != nullptr && slot.type->kind == Kind::object;
}

const Constraints* each_of(const Slot& slot) {
  return slot.constraints->each ? slot.constraints->each.get() : &unconstrained;
}

}  // namespace

JsonReader::JsonReader(Slot root, const ParseOptions& options, std::vector<FieldError>& errors)
    : root_(root), options_(options), errors_(errors) {
  if (root_.constraints == nullptr) root_.constraints = &unconstrained;
  frames_.reserve(depth_usual);
}

// Where the next value goes; a slot without a type when it is to be skipped.
Slot JsonReader::next() {
  if (!frames_.empty() && frames_.back().is_array) ++frames_.back().count;
  if (++values_ > options_.values_max) {
    refuse({"max_items", fmt::format("More than {} values in one JSON.", options_.values_max)});
    stopped_ = true;
    return {};
  }
  return frames_.empty() ? root_ : element_of(frames_.back());
}

Slot JsonReader::element_of(Frame& frame) {
  const Slot& slot = frame.slot;
  if (slot.type == nullptr || frame.skip_member) return {};
  switch (slot.type->kind) {
    case Kind::object: return slot_of(*frame.field, slot.target);
    case Kind::value: {
      auto& value = *static_cast<Value*>(slot.target);
      Value& element = frame.is_array ? value.add_item() : value.add_member(frame.key);
      return {slot.type, &element, &unconstrained};
    }
    default: break;
  }
  if (frame.count > slot.constraints->items_max) return {};  // told at the end, with the count
  void* element = slot.type->add(slot.target, frame.key);
  if (element == nullptr) {
    refuse({"duplicate", fmt::format("The key {} stands here twice.", quoted(frame.key))});
    return {};
  }
  return {&slot.type->element(), element, each_of(slot)};
}

bool JsonReader::open(bool is_array) {
  Slot slot = next();
  Frame frame;
  frame.is_array = is_array;
  if (slot.type != nullptr) {
    slot = filled(slot);
    const Kind kind = slot.type->kind;
    if (kind == Kind::raw) {
      frame.raw = static_cast<RawJson*>(slot.target);
      frame.held = std::make_unique<Value>();
      slot = {&value_type(), frame.held.get(), &unconstrained};
    }
    if (slot.type->kind == Kind::value) {
      *static_cast<Value*>(slot.target) = is_array ? Value::array() : Value::object();
    } else if (is_array != (kind == Kind::list) ||
               (!is_array && kind != Kind::object && kind != Kind::map)) {
      refuse({"type", fmt::format("Expected {}, found {}.", expected(*slot.type),
                                  is_array ? "an array" : "an object")});
      slot = {};
    } else if (kind != Kind::object) {
      slot.type->clear(slot.target);
    }
  }
  frame.slot = slot;
  if (is_described(slot)) {
    frame.given = frames_.empty() && given_ != nullptr
                      ? *given_
                      : std::vector<bool>(slot.type->fields.size());
  }
  frames_.push_back(std::move(frame));
  return !stopped_;
}

bool JsonReader::close() {
  Frame frame = std::move(frames_.back());
  frames_.pop_back();
  if (frame.slot.type == nullptr) return !stopped_;
  switch (frame.slot.type->kind) {
    case Kind::object:
      if (frames_.empty() && given_ != nullptr) {
        *given_ = std::move(frame.given);
      } else {
        check_members(frame);
      }
      break;
    case Kind::value:
      if (!frame.is_array) check_duplicates(*static_cast<const Value*>(frame.slot.target));
      break;
    default:
      if (auto broken = check_count(frame.slot, frame.count)) refuse(std::move(*broken));
  }
  if (frame.raw != nullptr) frame.raw->text = to_json(*frame.held);
  return !stopped_;
}

bool JsonReader::begin_array() { return open(true); }
bool JsonReader::end_array() { return close(); }
bool JsonReader::begin_object() { return open(false); }
bool JsonReader::end_object() { return close(); }

bool JsonReader::key(std::string_view key) {
  Frame& frame = frames_.back();
  frame.key = key;
  ++frame.count;
  frame.skip_member = is_described(frame.slot) && !choose_field(frame, key);
  return !stopped_;
}

bool JsonReader::choose_field(Frame& frame, std::string_view key) {
  const auto& fields = frame.slot.type->fields;
  frame.field = frame.slot.type->find(key);
  if (frame.field == nullptr) {
    if (options_.ignore_unknown) return false;
    std::vector<std::string_view> known;
    for (const Field& field : fields) known.push_back(field.name);
    refuse({"unknown", unknown_key("key", key, known)});
    return false;
  }
  auto given = frame.given[static_cast<std::size_t>(frame.field - fields.data())];
  if (given) {
    refuse({"duplicate", fmt::format("{} is given twice.", quoted(key))});
    return false;
  }
  given = true;
  return true;
}

template <class Store>
bool JsonReader::scalar(Store store) {
  Slot slot = next();
  if (slot.type == nullptr) return !stopped_;
  slot = filled(slot);
  Value value;
  auto* raw = slot.type->kind == Kind::raw ? static_cast<RawJson*>(slot.target) : nullptr;
  if (raw != nullptr) slot = {&value_type(), &value, &unconstrained};
  if (Refusal broken = store(slot)) {
    refuse(std::move(*broken));
  } else if (raw != nullptr) {
    raw->text = to_json(value);
  }
  return !stopped_;
}

bool JsonReader::text(std::string_view text) {
  return scalar([&](const Slot& slot) { return store_text(slot, text); });
}

bool JsonReader::number(std::string_view digits) {
  return scalar([&](const Slot& slot) { return store_number(slot, digits); });
}

bool JsonReader::boolean(bool value) {
  return scalar([&](const Slot& slot) { return store_boolean(slot, value); });
}

bool JsonReader::null() {
  const Slot slot = next();
  if (slot.type == nullptr) return !stopped_;
  if (may_be_null(slot)) {
    store_null(slot);
    return !stopped_;
  }
  const bool optional = slot.type->kind == Kind::optional;
  refuse({"type", fmt::format("Expected {}, found null{}.", expected(bare(*slot.type)),
                              optional ? "; leave it out to give none" : "")});
  return !stopped_;
}

bool JsonReader::may_be_null(const Slot& slot) const {
  const Kind kind = slot.type->kind;
  if (kind == Kind::nullable || kind == Kind::value || kind == Kind::raw) return true;
  if (kind == Kind::optional) {
    return options_.null_is_absent || slot.type->element().kind == Kind::nullable;
  }
  return options_.null_is_absent && !frames_.empty() && is_described(frames_.back().slot) &&
         frames_.back().field->presence == Presence::defaulted;
}

void JsonReader::check_members(const Frame& frame) {
  const auto& fields = frame.slot.type->fields;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (frame.given[i] || fields[i].presence != Presence::required) continue;
    refuse_at(fmt::format("{}/{}", pointer(), escape_pointer(fields[i].name)),
              {"required", missing_field(fields[i])});
  }
}

void JsonReader::check_duplicates(const Value& object) {
  std::vector<std::string_view> keys;
  for (const Value::Member& member : object.members()) keys.push_back(member.key);
  std::ranges::sort(keys);
  const auto twin = std::ranges::adjacent_find(keys);
  if (twin == keys.end()) return;
  refuse_at(fmt::format("{}/{}", pointer(), escape_pointer(*twin)),
            {"duplicate", fmt::format("The key {} stands here twice.", quoted(*twin))});
}

std::string JsonReader::pointer() const {
  std::string pointer;
  for (const Frame& frame : frames_) {
    if (frame.count == 0) break;  // nothing of it has begun
    pointer += '/';
    pointer += frame.is_array ? fmt::to_string(frame.count - 1) : escape_pointer(frame.key);
  }
  return pointer;
}

void JsonReader::refuse(Broken broken) { refuse_at(pointer(), std::move(broken)); }

void JsonReader::refuse_at(std::string pointer, Broken broken) {
  errors_.push_back({std::move(pointer), std::string(broken.rule), std::move(broken.message)});
  if (errors_.size() >= options_.errors_max) stopped_ = true;
}

}  // namespace antiphon::schema
